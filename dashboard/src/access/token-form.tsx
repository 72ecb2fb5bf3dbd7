import type { Access } from "../live/board.js";
import { submitted } from "../show/submitted.js";
import { h, type VNode } from "../vendor/preact.js";

interface Contents {
  readonly access: Exclude<Access, "granted">;
  readonly mistake: string;
  readonly enter: (token: string) => void;
}

/** Asks for the viewer's token. */
export function TokenForm({ access, mistake, enter }: Contents): VNode {
  const submit = submitted((form) => enter(String(form.get("token")).trim()));
  const wrong = mistake || (access === "refused" ? "The service refused this token." : "");
  return (
    <form class="card token" onSubmit={submit}>
      <h2>The service wants a viewer's token</h2>
      <p id="token-about">
        It is the value of VIEWER_TOKEN; the operator's is good here too. This tab alone keeps it, until it is closed.
      </p>
      <label for="token">Token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="off"
        required
        aria-describedby="token-about token-wrong"
      />
      <p id="token-wrong" class="failure" role="alert">{wrong}</p>
      <button type="submit">Look</button>
    </form>
  );
}

import { Actions } from "../act/actions.js";
import { flagActions } from "../act/flag-actions.js";
import type { Flag } from "../api/flags.js";
import { percent, spoken } from "../show/figures.js";
import { Sign } from "../show/sign.js";
import { h, type VNode } from "../vendor/preact.js";
import { EntryNote } from "./entry-note.js";

/** Why a flag has its value, as OpenFeature's reasons and the modes are spoken. */
const REASONS: Readonly<Record<string, string>> = {
  DEFAULT: "by default",
  STATIC: "as the environment says",
  TARGETING_MATCH: "turned on by an operator",
  DISABLED: "turned off by an operator",
  SPLIT: "for a share of the callers",
  STALE: "as it was last known",
  safe_mode: "because of the safe mode",
  brownout: "because of the brownout",
};

/** Of which no operator's entry is the cause, so that the last one is not shown as such. */
const NOT_BY_ENTRY: ReadonlySet<string> = new Set(["DEFAULT", "STATIC"]);

/** A flag: what it is now and why, what it is else, whose it is, and what is done instead. */
export function FlagRow({ flag, now }: { readonly flag: Flag; readonly now: number }): VNode {
  const { name, description, owner, variable, fallback, entry, reason } = flag;
  const otherwise = flag.default ? "on" : "off";
  return (
    <li class={reason === "DEFAULT" ? "" : "holds"} data-object={name}>
      <h4>{name}</h4>
      <p data-state={flag.variant ?? "split"}>
        <Value flag={flag} />
      </p>
      <div>
        <p class="effect">{description}</p>
        <p class="why">{why(flag)}</p>
        {entry && <EntryNote entry={entry} inForce={!NOT_BY_ENTRY.has(reason)} now={now} />}
        <p class="effect">
          {`By default ${otherwise}`}
          {fallback && `; instead of it: ${fallback}`}
          {`. Owner: ${owner || "nobody"}. Variable: `}
          <code>{variable}</code>
        </p>
      </div>
      <Actions choices={flagActions(flag)} />
    </li>
  );
}

function why({ reason, variant, percentage }: Flag): string {
  const words = REASONS[reason] ?? spoken(reason.toLowerCase());
  const otherwise = variant === "fallback" && percentage !== null ? `; else for ${percent(percentage / 100)} of the callers` : "";
  return `${words}${otherwise}`;
}

function Value({ flag: { value, variant, percentage } }: { readonly flag: Flag }): VNode {
  if (variant === "fallback") return <Sign tone="warning" word="fallback" />;
  if (value === null) {
    return <Sign tone="notice" word={percentage === null ? "not the same for all" : `on for ${percent(percentage / 100)}`} />;
  }
  return value ? <Sign tone="good" word="on" /> : <Sign tone="idle" word="off" />;
}

import { type ComponentChildren, h, type VNode } from "../vendor/preact.js";

/** A figure by its name, in a list of such. */
export function Fact({ name, children }: { readonly name: string; readonly children?: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

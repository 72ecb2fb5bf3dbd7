import { Actions } from "../act/actions.js";
import { agentActions, modeActions } from "../act/mode-actions.js";
import type { Flags } from "../api/flags.js";
import type { Agent, Mode, Modes } from "../api/modes.js";
import type { Look } from "../live/fleet.js";
import { type Both, both, type Reading } from "../live/reading.js";
import { Card } from "../show/card.js";
import { spoken } from "../show/figures.js";
import { OldCopy } from "../show/old-copy.js";
import { Sign } from "../show/sign.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { FlagRow } from "./flag-row.js";
import { EntryNote } from "./entry-note.js";

interface Contents extends Look {
  readonly modes: Reading<Modes>;
  readonly flags: Reading<Flags>;
}

/** What becomes of callers while a mode holds. */
const EFFECTS: Readonly<Record<Mode["name"], string>> = {
  safe_mode: "Nothing outside is called: callers get the fallback, or 503 where there is none.",
  write_drain: "Writes are refused with 503; reads are served.",
  brownout: "What has a fallback takes it: answers are simpler, and nothing waits for the provider.",
};

/** What operators have set, for everyone: modes, quarantines and flags. */
export function ModesCard({ modes, flags, now, at }: Contents): VNode {
  const reading = both({ name: "Modes", reading: modes }, { name: "Flags", reading: flags });
  return (
    <Card id="modes" title="Modes and flags" reading={reading} at={at} about={about} show={(value) => contents(value, now)} />
  );
}

function about({ instance }: { readonly instance: string }): string {
  return instance ? `as known to ${instance}` : "";
}

function contents([modes, flags]: Both<Modes, Flags>, now: number): VNode {
  return (
    <Fragment>
      {modes && <Levers known={modes} now={now} />}
      {flags && ofKind("Flags", flags.flags.map((flag) => <FlagRow key={flag.name} flag={flag} now={now} />))}
    </Fragment>
  );
}

function Levers({ known, now }: { readonly known: Modes; readonly now: number }): VNode {
  return (
    <Fragment>
      <OldCopy of="This" copyAge={known.copy_age} problem={known.problem} />
      <ul class="levers">
        {known.modes.map((mode) => (
          <ModeRow key={mode.name} mode={mode} now={now} />
        ))}
      </ul>
      {ofKind("Agents", known.agents.map((agent) => <AgentRow key={agent.name} agent={agent} now={now} />))}
    </Fragment>
  );
}

/** Levers of a kind; nothing where there is none. */
function ofKind(kind: string, rows: readonly VNode[]): VNode | null {
  if (rows.length === 0) return null;
  return (
    <Fragment>
      <h3>{kind}</h3>
      <ul class="levers">{rows}</ul>
    </Fragment>
  );
}

function ModeRow({ mode, now }: { readonly mode: Mode; readonly now: number }): VNode {
  return (
    <li class={mode.in_force ? "holds" : ""} data-object={mode.name}>
      <h3>{spoken(mode.name)}</h3>
      <p data-state={mode.in_force ? "on" : "off"}>
        {mode.in_force ? <Sign tone="off" word="in force" /> : <Sign tone="idle" word="off" />}
      </p>
      <div>
        <p class="effect">{EFFECTS[mode.name]}</p>
        {mode.entry && <EntryNote entry={mode.entry} inForce={mode.in_force} now={now} />}
      </div>
      <Actions choices={modeActions(mode)} />
    </li>
  );
}

function AgentRow({ agent, now }: { readonly agent: Agent; readonly now: number }): VNode {
  const { name, quarantined, entry } = agent;
  return (
    <li class={quarantined ? "holds" : ""} data-object={name}>
      <h4>{name}</h4>
      <p data-state={quarantined ? "quarantined" : "at_work"}>
        {quarantined ? <Sign tone="off" word="quarantined" /> : <Sign tone="good" word="at work" />}
      </p>
      <div>
        <p class="effect">{quarantined ? "Its messages are held, and none is lost." : "Its messages are delivered as they come."}</p>
        {entry && <EntryNote entry={entry} inForce={quarantined} now={now} />}
      </div>
      <Actions choices={agentActions(agent)} />
    </li>
  );
}

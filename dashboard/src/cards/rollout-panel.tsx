import { Actions } from "../act/actions.js";
import { rolloutActions } from "../act/rollout-actions.js";
import { ACTIVE, type Objective, type Rollout } from "../api/rollouts.js";
import { ago, count, NONE, percent, span, spoken, timeOfDay } from "../show/figures.js";
import { Sign, type Tone } from "../show/sign.js";
import { Fragment, h, type VNode } from "../vendor/preact.js";
import { Objectives } from "./objectives.js";
import { ShareBar } from "./share-bar.js";
import { StepRail } from "./step-rail.js";

interface Contents {
  readonly rollout: Rollout;
  readonly now: number; // Unix seconds, by the service's clock
}

const NEVER = "never_started";

const TONES: Readonly<Record<NonNullable<Rollout["status"]> | typeof NEVER, Tone>> = {
  [NEVER]: "idle",
  running: "notice",
  holding: "warning",
  paused: "off",
  succeeded: "good",
  rolled_back: "bad",
};

/** One rollout, from its first step to its last. */
export function RolloutPanel({ rollout, now }: Contents): VNode {
  const { name, generation, started_at } = rollout;
  const status = rollout.status ?? NEVER;
  return (
    <article class="rollout" data-object={name}>
      <header>
        <h3>{name}</h3>
        <p data-state={status}>
          <Sign tone={TONES[status]} word={spoken(status)} />
        </p>
        {status !== NEVER && (
          <p class="soft">
            {`generation ${count(generation)}`}
            {started_at !== null && `, started ${ago(started_at, now)}`}
          </p>
        )}
      </header>
      {status === NEVER ? <p class="nothing">Every caller gets the stable version.</p> : <Way rollout={rollout} tone={TONES[status]} now={now} />}
      <Actions choices={rolloutActions(rollout)} />
    </article>
  );
}

function Way({ rollout, tone, now }: Contents & { readonly tone: Tone }): VNode {
  return (
    <Fragment>
      <StepRail rollout={rollout} tone={tone} now={now} />
      <div class="sides">
        <div>
          <Facts rollout={rollout} now={now} />
          <Decisions rollout={rollout} now={now} />
        </div>
        {rollout.slos.length > 0 && <Objectives rollout={rollout} />}
      </div>
    </Fragment>
  );
}

function Facts({ rollout, now }: Contents): VNode {
  const { planned_share, measured_share, requests, stage_started_at } = rollout;
  const active = ACTIVE.has(rollout.status);
  const judged = (of: (objective: Objective) => number): number | null =>
    rollout.slos.length === 0 ? null : Math.max(...rollout.slos.map(of));
  const figure = (value: number | null): string => (value === null ? NONE : count(value));
  return (
    <dl class="facts">
      <div class="shares">
        <dt>Canary's share</dt>
        <dd>
          <span class="figure">{percent(measured_share)}</span>
          {` measured, ${percent(planned_share)} planned`}
          <ShareBar measured={measured_share} planned={planned_share} />
        </dd>
      </div>
      <div>
        <dt>{active ? "On this step for" : "In this state for"}</dt>
        <dd class="figure">{stage_started_at === null ? NONE : span(Math.max(0, now - stage_started_at))}</dd>
      </div>
      <div>
        <dt>Canary's requests</dt>
        <dd>
          <span class="figure">{figure(active ? requests : judged((objective) => objective.n))}</span>
          {active ? " on this step" : " in all"}
        </dd>
      </div>
      <div>
        <dt>Stable requests</dt>
        <dd>
          <span class="figure">{figure(judged((objective) => objective.stable_n))}</span>
          {" in all"}
        </dd>
      </div>
    </dl>
  );
}

function Decisions({ rollout, now }: Contents): VNode {
  const { last, status, next_decision, last_decision } = rollout;
  return (
    <dl class="decisions">
      {ACTIVE.has(status) && (
        <Fragment>
          <dt>Next decision</dt>
          <dd>{next_decision || "not looked at yet"}</dd>
        </Fragment>
      )}
      {last !== null && (
        <Fragment>
          <dt>Last act</dt>
          <dd>
            {last.reason}
            <small>{`by ${last.by} at ${timeOfDay(last.at)}, ${ago(last.at, now)}`}</small>
          </dd>
        </Fragment>
      )}
      {last_decision && last_decision !== last?.reason && (
        <Fragment>
          <dt>It was decided by</dt>
          <dd>{last_decision}</dd>
        </Fragment>
      )}
    </dl>
  );
}

/** Runs of runbooks, shared by every screen that shows one: triage, the incident, the runbook itself, and 4 AM. */
export { AnswersForm } from './AnswersForm.tsx';
export { BroadDialog } from './BroadDialog.tsx';
export { DeadLinks } from './DeadLinks.tsx';
export { stopExecution } from './ExecutionView.tsx';
export { OutputDialog } from './OutputDialog.tsx';
export { RunPanel } from './RunPanel.tsx';
export { RunSwitch, SiteSwitches } from './RunSwitch.tsx';
export {
  readTarget,
  sectionPlace,
  targetKey,
  targetOfMatch,
  targetPlace,
  type RunTarget,
} from './run-target.ts';
export { RunbookText } from './RunbookText.tsx';
export { StepMarks, StepParts } from './StepParts.tsx';
export { queryKey, StepCommands } from './StepCommands.tsx';
export {
  lastHandled,
  missingOf,
  nextStep,
  phaseViews,
  stateWords,
  stopOutcome,
  type PhaseView,
} from './steps.ts';
export { goToLine } from './TypeLine.tsx';
export { tellCopied } from './tell-copied.ts';
export { judgeRunbook, verdictWords } from './verdicts.ts';
export { useCommandActions } from './use-command-actions.tsx';
export { useFriction } from './use-friction.ts';
export { useRun, type RunState } from './use-run.ts';

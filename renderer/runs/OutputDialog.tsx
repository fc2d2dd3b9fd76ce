/** The whole output of a command that stands on a timeline in short. */
import { Modal } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ExecutionId } from '../../preload/contract/running.ts';
import { api } from '../api/client.ts';
import { describeError } from '../api/errors.ts';
import { Failure } from '../ui/Failure.tsx';
import { Loading } from '../ui/Loading.tsx';
import { visibleText } from '../ui/visible-text.ts';
import { ExecutionView } from './ExecutionView.tsx';
import classes from './execution.module.css';

export interface OutputDialogProps {
  readonly id: ExecutionId;
  readonly onClose: () => void;
}

export function OutputDialog({ id, onClose }: OutputDialogProps) {
  const { data, error, refetch } = useQuery(api.running.get.queryOptions({ input: { id } }));
  return (
    <Modal opened onClose={onClose} title="What was run, and what it printed" size="xl">
      {data !== undefined ? (
        <>
          <pre className={classes.command}>
            <bdi>{visibleText(data.execution.text)}</bdi>
          </pre>
          <ExecutionView execution={data.execution} expected={null} />
        </>
      ) : error === null ? (
        <Loading what="the output" />
      ) : (
        <Failure
          title="The output could not be read"
          {...describeError(error)}
          onRetry={() => void refetch()}
        />
      )}
    </Modal>
  );
}

/** The postmortem of one incident: the draft on the left, the evidence on the right. */
import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';
import type { IncidentId } from '../../../preload/contract/common.ts';
import { api } from '../../api/client.ts';
import { describeError } from '../../api/errors.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { Failure } from '../../ui/Failure.tsx';
import { Loading } from '../../ui/Loading.tsx';
import { Editor } from './Editor.tsx';

export function PostmortemScreen({ incidentId }: { readonly incidentId: IncidentId }) {
  const { data, error, refetch } = useQuery(
    api.postmortems.get.queryOptions({ input: { incidentId } }),
  );
  if (data !== undefined) return <Editor postmortem={data} />;
  if (error === null) return <Loading what="the postmortem" />;
  const { code, message, next } = describeError(error);
  if (code === 'not_found') {
    return (
      <EmptyState
        title={`There is no incident ${incidentId}`}
        actions={<Link href="/postmortems">All postmortems</Link>}
      >
        <p>It may belong to another data folder, a drill for example.</p>
      </EmptyState>
    );
  }
  return (
    <Failure
      title="The postmortem could not be read"
      message={message}
      next={next}
      onRetry={() => void refetch()}
    />
  );
}

import { useQuery } from '@tanstack/solid-query'
import Download from 'lucide-solid/icons/download'
import { Show } from 'solid-js'
import { exportAudit, listAudit } from '../../api/audit.ts'
import { listMembers } from '../../api/member.ts'
import { keys } from '../../api/query.ts'
import { Button } from '../../ui/button.tsx'
import { downloadText } from '../../ui/download.ts'
import { Icon } from '../../ui/icon.tsx'
import { usePage } from '../../ui/page.ts'
import { notifyError } from '../../ui/toast.tsx'
import { createAttempt } from './attempt.ts'
import { AuditLog } from './audit-log.tsx'
import { auditGroups } from './audit-words.ts'
import { createCurrentWorkspace, type CurrentWorkspace } from './data.ts'
import { canSeeAudit } from './policy.ts'
import { Section } from './section.tsx'

export function AuditPage() {
  usePage(() => 'Audit log')
  const current = createCurrentWorkspace()
  const members = useQuery(() => ({
    queryKey: keys.members(current.id),
    queryFn: ({ signal }) => listMembers(current.id, signal),
    enabled: canSeeAudit(current.role()),
  }))
  const nameOf = (userId: string) =>
    members.isSuccess
      ? members.data.items.find((member) => member.userId === userId)?.displayName
      : undefined
  return (
    <Section
      title='Audit log'
      lead={
        canSeeAudit(current.role())
          ? 'Who did what here, newest first.'
          : `Owners and admins of ${current.name()} see here who did what.`
      }
      aside={
        <Show when={canSeeAudit(current.role())}>
          <ExportButton current={current} />
        </Show>
      }
    >
      <Show when={canSeeAudit(current.role())}>
        <AuditLog
          groups={auditGroups}
          queryKey={(group) => keys.audit(current.id, group)}
          list={(look) => listAudit(current.id, look)}
          nameOf={nameOf}
        />
      </Show>
    </Section>
  )
}

function ExportButton(props: { current: CurrentWorkspace }) {
  const attempt = createAttempt()

  async function download() {
    const handle = props.current.workspace()?.handle ?? 'workspace'
    const isDone = await attempt.run(async () => {
      downloadText(`${handle}-audit.csv`, await exportAudit(props.current.id), 'text/csv')
    })
    if (!isDone) notifyError(new Error(attempt.banner()))
  }

  return (
    <Button isBusy={attempt.isBusy()} onClick={() => void download()}>
      <Icon of={Download} size={18} />
      Export CSV
    </Button>
  )
}

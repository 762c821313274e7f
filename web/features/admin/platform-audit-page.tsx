import { listPlatformAudit } from '../../api/audit.ts'
import { keys } from '../../api/query.ts'
import { usePage } from '../../ui/page.ts'
import { AuditLog } from '../workspace/audit-log.tsx'
import { platformGroups, subjectIds } from '../workspace/audit-words.ts'

export function PlatformAuditPage() {
  usePage(() => 'Audit log of the server')
  return (
    <AuditLog
      groups={platformGroups}
      queryKey={keys.adminAudit}
      list={listPlatformAudit}
      idsOf={subjectIds}
    />
  )
}

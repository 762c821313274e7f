import type { TotpStart } from '../../api/account.ts'
import { Button } from '../../ui/button.tsx'
import { CopyButton } from '../../ui/copy-button.tsx'
import { keepFocus } from '../../ui/focus.ts'
import { Form } from '../../shell/form.tsx'
import { OtpField } from '../../ui/otp-field.tsx'
import { Qr } from '../../ui/qr.tsx'

interface SetupProps {
  start: TotpStart
  onCode: (code: string) => Promise<void>
  onLeave: () => void
}

/** In groups of four, as it is easier to type. */
const grouped = (secret: string) => secret.match(/.{1,4}/g)?.join(' ') ?? secret

/** Three steps, all in sight: what is scanned is checked before it counts. */
export function TotpSetup(props: SetupProps) {
  return (
    <ol
      ref={keepFocus}
      class='grid list-inside list-decimal gap-6 rounded-frame border border-line bg-surface p-5 marker:font-semi'
    >
      <li>
        <span class='font-semi'>Open your app</span>
        <p class='mt-1 text-pretty text-ink-2'>
          Any that makes six-digit codes: the passwords of your phone, a password manager, or one
          made for this.
        </p>
      </li>
      <li>
        <span class='font-semi'>Scan this picture, or type the key</span>
        <div class='mt-3 flex flex-wrap items-start gap-x-6 gap-y-4'>
          <Qr text={props.start.uri} label='QR code of the key for your authenticator app' />
          <div class='min-w-0 flex-1 basis-[220px]'>
            <p class='text-meta text-ink-3'>The key</p>
            <div class='mt-0.5 flex items-center gap-1'>
              <code class='num min-w-0 font-mono text-list wrap-anywhere select-all'>
                {grouped(props.start.secret)}
              </code>
              <CopyButton text={props.start.secret} label='Copy the key' isIcon />
            </div>
            <p class='mt-2 text-meta text-pretty text-ink-3'>
              Whoever has it makes your codes. It is shown this once.
            </p>
          </div>
        </div>
      </li>
      <li>
        <span class='font-semi'>Type the code that it shows</span>
        <div class='mt-3'>
          <Form
            actionLabel='Turn on'
            aside={
              <Button look='soft' onClick={() => props.onLeave()}>
                Not now
              </Button>
            }
            codesAt={{ field: 'code', codes: ['code_wrong'] }}
            onSubmit={({ code = '' }) => props.onCode(code)}
          >
            {(form) => (
              <OtpField
                label='Six-digit code'
                error={form.fieldError('code')}
                onComplete={form.submit}
              />
            )}
          </Form>
        </div>
      </li>
    </ol>
  )
}

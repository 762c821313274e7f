import type { SigningKey } from '#contracts/signing-key.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { Section } from './section.tsx'

/** For Node with the library jose; `kid` and algorithm are those of a key that is there. */
const sampleOf = ({ id, algorithm }: SigningKey, origin: string) =>
  `import { SignJWT, importPKCS8 } from 'jose'

const key = await importPKCS8(process.env.LANTERN_PRIVATE_KEY, '${algorithm}')

/** Where one viewer watches the video, for two hours. */
export async function linkTo(videoId, viewerId) {
  const token = await new SignJWT({ restrictions: { viewerId, maxHeight: 1080 } })
    .setProtectedHeader({ alg: '${algorithm}', kid: '${id}' })
    .setSubject(videoId)
    .setExpirationTime('2h')
    .sign(key)
  return \`${origin}/embed/\${videoId}?token=\${token}\`
}
`

export function SigningSample(props: { signingKey: SigningKey }) {
  const text = () => sampleOf(props.signingKey, location.origin)
  return (
    <Section
      class='mt-10'
      title='Sign a link'
      lead='On your server, with Node and the library jose. A token lasts 24 hours at most; restrictions say what it leaves out, and one that is not known here is refused.'
      aside={<CopyButton text={text()} label='Copy code' />}
    >
      <pre
        tabindex={0}
        role='region'
        aria-label={`Code that signs with ${props.signingKey.name}`}
        class='overflow-x-auto rounded-ctl bg-sunken px-4 py-3 font-mono text-meta'
      >
        {text()}
      </pre>
    </Section>
  )
}

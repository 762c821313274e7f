import { type ByteSource, type Film, MediaError } from './film.ts'
import { openFragmented } from './fragmented/open.ts'
import { openMatroska } from './matroska/open.ts'
import { readMovie } from './mp4/movie.ts'
import { openTransportStream } from './mpegts/open.ts'

const sniffBytes = 1024

/**
 * Opens a file by what its first bytes say; names and declared types are not asked. Throws
 * `unknown_container` for everything that is neither MP4 or MOV, Matroska or WebM, nor MPEG-TS.
 */
export async function openFilm(source: ByteSource): Promise<Film> {
  return (await sniff(source)).open(source)
}

/** What kind of file it is. Throws `unknown_container`. */
export async function sniff(source: ByteSource): Promise<FileKind> {
  const first = await source.read(0, Math.min(sniffBytes, source.sizeBytes))
  const kind = kinds.find(({ isLike }) => isLike(first))
  if (!kind) throw new MediaError('unknown_container', 'This is no file that is read here')
  return kind
}

interface FileKind {
  container: Film['container']
  isLike: (first: Uint8Array) => boolean
  open: (source: ByteSource) => Promise<Film>
}

const topBoxes = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'pnot', 'styp', 'uuid']
const ebml = [0x1a, 0x45, 0xdf, 0xa3]

const kinds: FileKind[] = [
  {
    container: 'mp4',
    isLike: (first) => topBoxes.includes(letters(first)),
    open: openMovie,
  },
  {
    container: 'matroska',
    isLike: (first) => ebml.every((byte, at) => first[at] === byte),
    open: openMatroska,
  },
  {
    container: 'mpegts',
    isLike: (first) => isTransport(first, 188, 0) || isTransport(first, 192, 4),
    open: openTransportStream,
  },
]

async function openMovie(source: ByteSource): Promise<Film> {
  const movie = await readMovie(source)
  return movie.kind === 'sampled' ? movie.film : openFragmented(source, movie.movie)
}

const letters = (first: Uint8Array) => String.fromCharCode(...first.subarray(4, 8))

/** Packets of one size, each with its mark; AVCHD puts four bytes before each. */
function isTransport(first: Uint8Array, packetBytes: number, markAt: number): boolean {
  const marks = [0, 1, 2, 3].map((packet) => first[packet * packetBytes + markAt])
  return marks.every((mark) => mark === 0x47)
}

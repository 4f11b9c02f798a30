/** Gathers what arrives and hands it on in batches. */
export type Batches<Each> = {
  readonly add: (each: Each) => void
  /** Forgets what was gathered and not handed on. */
  readonly drop: () => void
}

/** A hidden or covered window draws no frames: then a timer hands the batch on. */
const NO_FRAME_MS = 250

/** One batch per animation frame. */
export function inFrames<Each>(apply: (batch: readonly Each[]) => void): Batches<Each> {
  let gathered: Each[] = []
  let frame = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const clear = () => {
    cancelAnimationFrame(frame)
    clearTimeout(timer)
    timer = undefined
  }
  const handOn = () => {
    clear()
    const batch = gathered
    gathered = []
    apply(batch)
  }
  return {
    add: (each) => {
      gathered.push(each)
      if (timer !== undefined) return
      frame = requestAnimationFrame(handOn)
      timer = setTimeout(handOn, NO_FRAME_MS)
    },
    drop: () => {
      clear()
      gathered = []
    },
  }
}

/// Where the progress is shown: written over on a terminal, one line a change elsewhere.
struct ProgressScreen {
    let isQuiet: Bool
    private var block = LiveBlock()
    private var shown: NotificationProgress?

    init(isQuiet: Bool) {
        self.isQuiet = isQuiet
    }

    mutating func show(_ progress: NotificationProgress) throws {
        if isQuiet { return }
        let terminal = Terminal.current
        if terminal.isInteractive {
            try Output.put(block.frame(progress.block(on: terminal), on: terminal))
        } else {
            if shown == nil { try Output.put(lines: ["accepted \(progress.id)"]) }
            try Output.put(lines: progress.changes(since: shown))
            shown = progress
        }
    }
}

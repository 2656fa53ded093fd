/// Lines of the terminal that are written over again and again.
struct LiveBlock {
    /// On the screen now, the cursor standing below them.
    private var height = 0

    /// What to write so that these lines stand where the last ones stood. Each must fit into the terminal's width, and
    /// what does not fit into its height is left out: a line that scrolled away cannot be written over.
    ///
    /// **Source:** ECMA-48, "Cursor preceding line" and "Erase in page".
    mutating func frame(_ lines: [String], on terminal: Terminal) -> String {
        let shown = lines.prefix(max(1, terminal.height - 1))
        let back = height > 0 ? "\u{1B}[\(height)F\u{1B}[J" : ""
        height = shown.count
        return back + shown.map { $0 + "\n" }.joined()
    }
}

/// Rows under headings, in as many columns of the terminal as there are.
struct TextTable {
    struct Column {
        enum Alignment { case left, right }

        var title: String
        var alignment = Alignment.left

        /// What stands to the left of its column, such as a name.
        static func text(_ title: String) -> Column { Column(title: title) }
        static func number(_ title: String) -> Column { Column(title: title, alignment: .right) }
    }

    var columns: [Column]
    /// Each with a cell for each column.
    var rows: [[StyledText]]

    private static let gap = "  "
    /// A column is not made narrower than this for the sake of the others.
    private static let leastWidth = 4

    /// - Parameter width: columns of the terminal; nil for no limit.
    func lines(width: Int?, hasColor: Bool) -> [String] {
        let cells = rows.map { row in row.map { StyledText($0.text.printable, $0.style) } }
        let widths = widths(of: cells, within: width)
        let heading = columns.map { StyledText($0.title, .bold) }
        return ([heading] + cells).map { line($0, widths, hasColor) }
    }

    func lines(on terminal: Terminal) -> [String] { lines(width: terminal.width, hasColor: terminal.hasColor) }

    /// The widest column gives way first, until all fit.
    private func widths(of cells: [[StyledText]], within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            cells.reduce(columns[index].title.displayWidth) { max($0, $1[index].text.displayWidth) }
        }
        guard let limit else { return widths }
        let gaps = TextTable.gap.count * max(0, columns.count - 1)
        var excess = widths.reduce(gaps, +) - limit
        while excess > 0, let widest = widths.indices.max(by: { widths[$0] < widths[$1] }),
            widths[widest] > TextTable.leastWidth
        {
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }

    private func line(_ cells: [StyledText], _ widths: [Int], _ hasColor: Bool) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let text = cell.text.fitted(to: widths[index])
            let padding = String(repeating: " ", count: widths[index] - text.displayWidth)
            let painted = StyledText(text, cell.style).painted(hasColor)
            let isLast = index == cells.count - 1
            if index > 0 { line += TextTable.gap }
            switch columns[index].alignment {
            case .left: line += isLast ? painted : painted + padding
            case .right: line += padding + painted
            }
        }
        return line
    }
}

import Foundation

/// What standard output is connected to.
struct Terminal {
    /// False for a pipe or a file.
    var isInteractive: Bool
    /// Columns to fit into; nil where nobody counts them.
    var width: Int?
    /// Rows of the screen.
    var height: Int
    var hasColor: Bool

    private static let usualWidth = 80
    private static let usualHeight = 24

    /// Standard output just now; a terminal may change its size at any time.
    static var current: Terminal {
        var size = winsize()
        let isInteractive = isatty(STDOUT_FILENO) == 1
        let isKnown = isInteractive && ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0
        return Terminal(
            isInteractive: isInteractive, columns: isKnown ? Int(size.ws_col) : 0, rows: isKnown ? Int(size.ws_row) : 0,
            environment: ProcessInfo.processInfo.environment)
    }

    /// - Parameters:
    ///   - columns: as the terminal says; 0 when it does not.
    ///   - rows: likewise.
    init(isInteractive: Bool, columns: Int, rows: Int, environment: [String: String]) {
        self.isInteractive = isInteractive
        let asked = environment["COLUMNS"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
        // A pipe gets everything in full, unless it asks for columns.
        width = columns > 0 ? columns : asked ?? (isInteractive ? Terminal.usualWidth : nil)
        height = rows > 0 ? rows : Terminal.usualHeight
        // **Source:** https://no-color.org
        hasColor =
            isInteractive && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
    }
}

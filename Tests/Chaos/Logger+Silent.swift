import Logging

extension Logger {
    /// For our own connections, whose fate nobody wants to read about in a run that breaks things.
    static let silent = Logger(label: "chaos") { _ in SwiftLogNoOpLogHandler() }
}

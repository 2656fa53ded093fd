import Logging

/// Writes one line for each event, with the keys of ``LogKey`` and no others.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    let output: LogOutput
    var logLevel: Logger.Level = .info
    var metadata: Logger.Metadata = [:]

    init(label: String, format: LogFormat, output: LogOutput = .standardError) {
        self.label = label
        self.format = format
        self.output = output
    }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// An event's error is left out: it may be a library's, whose description may hold anything. Ours are logged as
    /// `error`, in words that are safe to show.
    func log(event: LogEvent) {
        var known = event.metadata ?? [:]
        if !metadata.isEmpty { known = metadata.merging(known) { $1 } }
        let pairs = known.filter { LogKey.names.contains($0.key) }.sorted { $0.key < $1.key }
        output.write(
            LogLine(level: event.level, label: label, message: event.message.description, pairs: pairs), as: format)
    }
}

import Documents
import Logging
import Notifications

extension Permit {
    /// Which delivery it is and which request asked for it. Not whose, and not what.
    var logMetadata: Logger.Metadata {
        var metadata: Logger.Metadata = [
            "notificationId": "\(notificationId.text)", "route": "\(route.rawValue)", "attempt": "\(attempt)",
        ]
        if let requestId = content.requestId { metadata["requestId"] = "\(requestId)" }
        if let trace = content.trace { metadata["traceId"] = "\(trace.traceId)" }
        return metadata
    }
}

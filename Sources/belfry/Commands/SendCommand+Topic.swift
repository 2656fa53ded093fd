import ArgumentParser
import BelfryClient
import Notifications

/// What is sent to a topic is told as a whole: there may be a hundred thousand of them.
extension SendCommand {
    /// From one look to the next.
    private static let pause: Duration = .milliseconds(500)

    nonisolated(nonsending) func follow(_ broadcast: BroadcastReport, _ client: BelfryClient) async throws {
        let end = ContinuousClock.now + (Duration(shorthand: timeout) ?? .zero)
        var broadcast = broadcast
        if !json { try Output.put(lines: ["accepted \(broadcast.id.text)", SendCommand.line(broadcast)]) }
        while watch, broadcast.status == .expanding, ContinuousClock.now < end {
            try await Task.sleep(for: SendCommand.pause)
            guard let seen = try await look(at: broadcast, client), seen != broadcast else { continue }
            broadcast = seen
            if !json { try Output.put(lines: [SendCommand.line(broadcast)]) }
        }
        if json { try Output.put(lines: [broadcast.json.text]) }
        try judge(broadcast)
    }

    /// Nil when it cannot be had just now.
    private nonisolated(nonsending) func look(
        at broadcast: BroadcastReport, _ client: BelfryClient
    ) async throws -> BroadcastReport? {
        do { return try await client.broadcast(broadcast.id) } catch let error as BelfryClientError
            where error.isRetryable
        {
            return nil
        }
    }

    private func judge(_ broadcast: BroadcastReport) throws {
        if broadcast.status == .cancelled { throw ExitCode.failure }
        guard watch, broadcast.status == .expanding else { return }
        throw CommandFailure(
            "After \(timeout) its subscribers are still being read. It goes on without being watched; "
                + "is a worker running?")
    }

    /// `done: 3 of 3 read; notifications: 1; skipped: noAddress 1, unknownUser 1`
    static func line(_ broadcast: BroadcastReport) -> String {
        var parts = [
            "\(broadcast.status?.rawValue ?? "?"): \(broadcast.expanded) of \(broadcast.subscribers) read",
            "notifications: \(broadcast.notifications)",
        ]
        let skipped = broadcast.skipped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if !skipped.isEmpty { parts.append("skipped: \(skipped.joined(separator: ", "))") }
        if broadcast.cancelled > 0 { parts.append("cancelled: \(broadcast.cancelled)") }
        return parts.joined(separator: "; ").printable
    }
}

import Documents
import Notifications
import Postgres
import ServiceLifecycle
import TestSupport

extension NotificationWriter.Configuration {
    /// One transaction at a time, and nobody is sent away for a slow machine.
    static var patient: Self {
        var configuration = Self()
        configuration.patience = .seconds(60)
        configuration.lanes = 1
        return configuration
    }
}

/// Runs a writer until the body is done, then shuts it down gracefully.
func withWriter(
    _ pool: PostgresPool, _ configuration: NotificationWriter.Configuration = .patient,
    onCommit: @escaping @Sendable ([AcceptedNotification]) async -> Void = { _ in },
    _ body: (NotificationWriter) async throws -> Void
) async throws {
    let writer = NotificationWriter(pool: pool, configuration: configuration, logger: quiet, onCommit: onCommit)
    let services = ServiceGroup(services: [writer], logger: quiet)
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await services.run() }
        let result = await outcome { try await body(writer) }
        await services.triggerGracefulShutdown()
        try await group.waitForAll()
        try result.get()
    }
}

/// What a caller of the writer sees, as a value to compare.
enum Seen: Sendable, Hashable {
    case answer(WriteAnswer)
    case unavailable, overloaded, refused
}

extension NotificationWriter {
    func seen(_ submission: Submission) async -> Seen {
        do {
            return .answer(try await write(submission))
        } catch {
            switch error {
            case .unavailable: return .unavailable
            case .overloaded: return .overloaded
            case .refused: return .refused
            }
        }
    }
}

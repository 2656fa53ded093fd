import BelfryClient
import Notifications

/// Follows one notification until nothing more is to be sent. Live events say when to look; the document is the truth,
/// and is read every second all the same, since an event may be missed.
struct NotificationWatcher {
    let client: BelfryClient
    let id: String
    /// How long it is followed at most.
    let timeout: Duration

    private static let pause: Duration = .seconds(1)

    private enum Signal: Sendable {
        case event(StatusEvent)
        case look

        /// Not on `accepted` and `processing`, after which nothing stands in the document that the event did not say.
        var asksToLook: Bool {
            guard case .event(let event) = self else { return true }
            return event.status != "accepted" && event.status != "processing"
        }
    }

    /// - Parameter onChange: is told how far it has come, at first and whenever that changes.
    /// - Returns: the document as it was at the end, of the watch or of the time.
    nonisolated(nonsending) func run(
        from document: JSON, onChange: (NotificationProgress) throws -> Void
    ) async throws -> JSON {
        try onChange(NotificationProgress(document: document))
        let (signals, continuation) = AsyncStream.makeStream(of: Signal.self, bufferingPolicy: .bufferingNewest(256))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await follow(continuation) }
            group.addTask { await tick(continuation) }
            defer { group.cancelAll() }
            return try await watch(signals, from: document, onChange)
        }
    }

    private nonisolated(nonsending) func watch(
        _ signals: AsyncStream<Signal>, from first: JSON, _ onChange: (NotificationProgress) throws -> Void
    ) async throws -> JSON {
        var document = first
        var progress = NotificationProgress(document: first)
        if progress.isDone { return document }
        for await signal in signals {
            let before = progress
            if case .event(let event) = signal { progress.apply(event) }
            if signal.asksToLook, let seen = try await look() {
                document = seen
                progress = NotificationProgress(document: seen)
            }
            if progress != before { try onChange(progress) }
            if progress.isDone { break }
        }
        return document
    }

    /// The document; nil when it cannot be had just now.
    private func look() async throws -> JSON? {
        do { return try await client.notification(id) } catch let error as BelfryClientError where error.isRetryable {
            return nil
        }
    }

    /// Without the scope `stream` there are no events, and it goes on by looking alone.
    private func follow(_ signals: AsyncStream<Signal>.Continuation) async {
        try? await client.events(EventQuery(notificationId: id)) { news in
            switch news {
            case .opened, .resync: signals.yield(.look)
            case .event(let event): signals.yield(.event(event))
            }
            return true
        }
    }

    private func tick(_ signals: AsyncStream<Signal>.Continuation) async {
        let end = ContinuousClock.now + timeout
        while ContinuousClock.now < end, (try? await Task.sleep(for: NotificationWatcher.pause)) != nil {
            signals.yield(.look)
        }
        signals.finish()
    }
}

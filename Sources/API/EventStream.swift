import Events
import Hummingbird
import NIOCore
import Notifications
import ServiceLifecycle

/// The body of one stream of server-sent events: first what the client missed, then what happens.
///
/// It ends when the reader is too slow, when its key is no longer good, and when the server shuts down; the client then
/// comes back by itself and says what it saw last.
struct EventStream: Sendable {
    let subscription: EventSubscription
    /// Nil for a client that takes nothing up again.
    let replay: EventReplay?
    let caller: Caller
    let authenticator: Authenticator
    let heartbeat: Duration

    /// How long a client waits before it comes back: the first thing on the wire, so that it knows it is heard.
    private static let greeting = "retry: 2000\n\n"

    func write(to writer: inout any ResponseBodyWriter) async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await beat() }
                try await writer.write(ByteBuffer(string: EventStream.greeting))
                try await writeNews(to: &writer)
                group.cancelAll()
            }
        } onGracefulShutdown: {
            subscription.finish()
        }
        try await writer.finish(nil)
    }

    private func writeNews(to writer: inout any ResponseBodyWriter) async throws {
        let replayed = try await writeReplay(to: &writer)
        for await news in subscription {
            switch news {
            case .event(let event):
                if let number = event.id, replayed.contains(number) { continue }
                try await writer.write(ByteBuffer(string: ServerSentEvent(event).text))
            case .resync(let reason): try await writer.write(ByteBuffer(string: ServerSentEvent(reason).text))
            case .heartbeat: try await writer.write(ByteBuffer(string: ServerSentEvent.comment("heartbeat")))
            }
        }
    }

    /// The numbers of events that may come once more live.
    private func writeReplay(to writer: inout any ResponseBodyWriter) async throws -> Set<Int64> {
        guard let replay else { return [] }
        if let replayed = try await replay.run({ event in
            try await writer.write(ByteBuffer(string: ServerSentEvent(event).text))
        }) {
            return replayed
        }
        try await writer.write(ByteBuffer(string: ServerSentEvent(ResyncReason.tooFarBehind).text))
        return []
    }

    /// Wakes the writer now and then, which finds out that way that its client is gone, and ends the stream of a key
    /// that was revoked. When nobody can be asked about the key, the stream goes on.
    private func beat() async {
        while (try? await Task.sleep(for: heartbeat)) != nil {
            let isGood = (try? await authenticator.isStillGood(caller)) ?? true
            guard isGood else { return subscription.finish() }
            subscription.beat()
        }
    }
}

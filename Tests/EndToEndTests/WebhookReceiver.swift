import Foundation
import Hummingbird
import Logging
import Synchronization

/// Somebody else's endpoint: keeps what it is sent, and answers or does not.
final class WebhookReceiver: Sendable {
    struct Received: Sendable {
        var headers: [String: String]
        var body: String
    }

    enum Answer { case taken, silence }

    private let received = Mutex<[Received]>([])
    private let answer = Mutex(Answer.taken)

    func answer(by answer: Answer) { self.answer.withLock { $0 = answer } }

    var all: [Received] { received.withLock { $0 } }

    /// Serves for as long as `body` runs, which is given the address.
    func serve<Answer>(_ body: (String) async throws -> Answer) async throws -> Answer {
        let router = Router()
        router.post("/hook") { request, _ in
            let bytes = try await request.body.collect(upTo: 1 << 20)
            let headers = request.headers.map { ($0.name.canonicalName, $0.value) }
            self.received.withLock {
                $0.append(
                    Received(
                        headers: Dictionary(headers, uniquingKeysWith: { $1 }), body: String(buffer: bytes)))
            }
            // Longer than anybody waits.
            if self.answer.withLock({ $0 == .silence }) { try await Task.sleep(for: .seconds(60)) }
            return HTTPResponse.Status.noContent
        }
        let (started, start) = AsyncStream<Int>.makeStream()
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { channel in start.yield(channel.localAddress?.port ?? 0) },
            logger: Logger(label: "receiver") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            var ports = started.makeAsyncIterator()
            let port = await ports.next() ?? 0
            return try await body("http://127.0.0.1:\(port)/hook")
        }
    }
}

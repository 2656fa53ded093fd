import NIOCore
import NIOPosix

/// Looks names up on threads of its own: `getaddrinfo` blocks, for many seconds when a name server is silent.
///
/// A lookup that is given up goes on in its thread and its answer is dropped; names that never answer can therefore
/// hold all the threads for a while, and other lookups then end at their deadlines as not sent.
final class Resolver: Sendable {
    /// All addresses of a name, best first; none when it has no address or cannot be looked up. Blocks.
    typealias Lookup = @Sendable (_ name: String) -> [IPAddress]

    private let threads: NIOThreadPool
    private let lookup: Lookup

    init(threads: Int, lookup: @escaping Lookup = Resolver.systemLookup) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        self.threads.start()
        self.lookup = lookup
    }

    func addresses(of host: OutboundURL.Host, deadline: NIODeadline) async throws(OutboundError) -> [IPAddress] {
        guard case .name(let name) = host else {
            guard case .address(let address, _) = host else { return [] }
            return [address]
        }
        let addresses = try await resolve(name, deadline: deadline)
        guard !addresses.isEmpty else { throw .notSent(.nameNotResolved) }
        return addresses
    }

    /// Takes no more lookups. Does not wait for those in a thread: a silent name server must not delay the exit.
    func shutdown() { threads.shutdownGracefully { _ in } }

    /// The first of three things completes the promise, the others find it completed: the answer, the deadline, the
    /// cancellation of the caller.
    private func resolve(_ name: String, deadline: NIODeadline) async throws(OutboundError) -> [IPAddress] {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: [IPAddress].self)
        let timer = loop.scheduleTask(deadline: deadline) { answer.fail(OutboundError.notSent(.timeout)) }
        defer { timer.cancel() }
        threads.submit { [lookup] state in
            guard state == .active else { return answer.fail(OutboundError.notSent(.shutDown)) }
            answer.succeed(lookup(name))
        }
        do {
            return try await withTaskCancellationHandler {
                try await answer.futureResult.get()
            } onCancel: {
                answer.fail(OutboundError.notSent(.cancelled))
            }
        } catch {
            throw error as? OutboundError ?? .notSent(.nameNotResolved)
        }
    }
}

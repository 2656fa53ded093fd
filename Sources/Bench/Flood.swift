import CEpoll
import Foundation
import Notifications

/// More requests than can be served, from as many callers as there are: those who wait for an answer keep nobody else from
/// asking, and whoever is sent away is followed by the next.
struct Flood: Sendable {
    var port: Int
    var pace: Load.Pace
    var duration: Duration
    /// Connections are opened as they are needed, up to so many. A request that finds none left has failed.
    var maximumConnections: Int
    /// Taken in turn.
    var requests: [(priority: Priority, request: LoadRequest)]

    /// How long after the end answers are waited for.
    static let patience: Duration = .seconds(10)

    /// What became of one request.
    struct Sample: Sendable, Hashable {
        enum Fate: UInt8, Sendable, Hashable {
            /// 2xx.
            case accepted
            /// 503 or 429.
            case shed
            /// Any other answer, or none.
            case failed
        }

        var priority: Priority
        var fate: Fate
        /// When it was due, from the start.
        var dueSeconds: Float
        /// From then to the answer.
        var milliseconds: Float
    }

    /// Runs it on a thread of its own.
    func run() async throws -> [Sample] {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try FloodThread(self).run() })
            }
        }
    }
}

/// One thread and `epoll`: `poll` would look at thousands of connections for each that has something to say.
private final class FloodThread {
    private struct Caller {
        let connection: LoadConnection
        var request: (priority: Priority, due: ContinuousClock.Instant)?
    }

    private let flood: Flood
    private let epoll: CInt
    private var callers: [CInt: Caller] = [:]
    /// Descriptors of those that may ask.
    private var free: [CInt] = []
    private var samples: [Flood.Sample] = []
    private var sent = 0
    private let start = ContinuousClock.now

    init(_ flood: Flood) throws {
        self.flood = flood
        epoll = epoll_create1(0)
        guard epoll >= 0 else { throw BenchError.connection(String(cString: strerror(errno))) }
    }

    deinit { close(epoll) }

    func run() throws -> [Flood.Sample] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var events = [epoll_event](repeating: epoll_event(), count: 256)
        let end = start + flood.duration
        while ContinuousClock.now < end || (free.count < callers.count && .now < end + Flood.patience) {
            try sendWhatIsDue(until: end)
            // What is due within this millisecond goes out together at its end.
            let count = epoll_wait(epoll, &events, CInt(events.count), 1)
            for event in events.prefix(Int(max(0, count))) { receive(on: event.data.fd, buffer) }
        }
        for caller in callers.values { note(caller.request, .failed) }
        return samples
    }

    private func sendWhatIsDue(until end: ContinuousClock.Instant) throws {
        let now = ContinuousClock.now
        while true {
            let due =
                switch flood.pace {
                case .closed: now
                case .open(let rate): start + .seconds(Double(sent) / rate)
                }
            guard due <= now, due < end else { return }
            let (priority, request) = flood.requests[sent % flood.requests.count]
            guard let descriptor = try free.popLast() ?? open() else {
                if case .closed = flood.pace { return }
                sent += 1
                note((priority, due), .failed)
                continue
            }
            sent += 1
            callers[descriptor]?.request = (priority, due)
            do { try callers[descriptor]?.connection.send(request, due: due) } catch { drop(descriptor) }
        }
    }

    /// The descriptor of one caller more; nil when there are enough.
    private func open() throws -> CInt? {
        guard callers.count < flood.maximumConnections else { return nil }
        let connection = try LoadConnection(port: flood.port)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.fd = connection.descriptor
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, connection.descriptor, &event) == 0 else {
            throw BenchError.connection(String(cString: strerror(errno)))
        }
        callers[connection.descriptor] = Caller(connection: connection)
        return connection.descriptor
    }

    private func receive(on descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) {
        guard let caller = callers[descriptor] else { return }
        do {
            guard let answer = try caller.connection.receive(into: buffer) else { return }
            switch answer.status {
            case 200..<300: note(caller.request, .accepted)
            case 429, 503: note(caller.request, .shed)
            default: note(caller.request, .failed)
            }
            callers[descriptor]?.request = nil
            free.append(descriptor)
        } catch { drop(descriptor) }
    }

    /// A connection that broke; with it fails what was asked on it.
    private func drop(_ descriptor: CInt) {
        note(callers.removeValue(forKey: descriptor)?.request, .failed)
        free.removeAll { $0 == descriptor }
    }

    private func note(_ request: (priority: Priority, due: ContinuousClock.Instant)?, _ fate: Flood.Sample.Fate) {
        guard let request else { return }
        samples.append(
            Flood.Sample(
                priority: request.priority, fate: fate, dueSeconds: Float((request.due - start).seconds),
                milliseconds: Float((ContinuousClock.now - request.due).milliseconds)))
    }
}

import Foundation
import NIOCore
import Synchronization

/// What a proxy does now, and its connections.
final class ProxyState: Sendable {
    struct Faults: Sendable {
        var upstream: FaultProxy.Upstream
        var latency: Duration = .zero
        var jitter: Duration = .zero
        var blackholed: Set<ProxyWay> = []
        /// Requests with these bytes lose their answers, so many times.
        var swallowed: (bytes: [UInt8], count: Int)?
    }

    private struct Connections {
        var open: [ObjectIdentifier: any Channel] = [:]
        var gappy: Set<ObjectIdentifier> = []
        var swallowedReplies = 0
    }

    private let faults: Mutex<Faults>
    private let connections = Mutex(Connections())

    init(_ upstream: FaultProxy.Upstream) { faults = Mutex(Faults(upstream: upstream)) }

    var upstream: FaultProxy.Upstream { faults.withLock { $0.upstream } }
    var hasGaps: Bool { connections.withLock { !$0.gappy.isEmpty } }
    var swallowedReplies: Int { connections.withLock { $0.swallowedReplies } }

    func change(_ body: @Sendable (inout Faults) -> Void) { faults.withLock { body(&$0) } }

    func isBlackholed(_ way: ProxyWay) -> Bool { faults.withLock { $0.blackholed.contains(way) } }

    var delay: Duration {
        faults.withLock { $0.jitter == .zero ? $0.latency : $0.latency + $0.jitter * Double.random(in: 0...1) }
    }

    /// Whether this request's answer is to be swallowed; counts it if so.
    func takesAnswer(of request: ByteBuffer) -> Bool {
        let isTaken = faults.withLock { faults in
            guard let (bytes, count) = faults.swallowed, request.readableBytesView.firstRange(of: bytes) != nil else {
                return false
            }
            faults.swallowed = count > 1 ? (bytes, count - 1) : nil
            return true
        }
        if isTaken { connections.withLock { $0.swallowedReplies += 1 } }
        return isTaken
    }

    func open(_ client: any Channel) {
        let id = ObjectIdentifier(client)
        connections.withLock { $0.open[id] = client }
        client.closeFuture.whenComplete { _ in
            self.connections.withLock { connections in
                connections.open[id] = nil
                connections.gappy.remove(id)
            }
        }
    }

    func hasGap(_ client: any Channel) {
        connections.withLock { _ = $0.gappy.insert(ObjectIdentifier(client)) }
    }

    func closeGappy() {
        close(connections.withLock { connections in connections.gappy.compactMap { connections.open[$0] } })
    }

    func closeAll() { close(connections.withLock { Array($0.open.values) }) }

    private func close(_ clients: [any Channel]) {
        for client in clients { client.reset() }
    }
}

extension Channel {
    /// Closes with a reset instead of an end: a linger of zero drops what was not sent yet.
    func reset() {
        guard let socket = self as? any SocketOptionProvider else { return close(promise: nil) }
        socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).whenComplete { _ in self.close(promise: nil) }
    }
}

import Foundation
import Notifications
import Queue
import Redis

/// The scripts with nothing around them: one blocking connection, driven by one thread as fast as they are answered.
struct ScriptFloor: Sendable {
    let site: QueueSite
    /// Round trips under way, so that Redis does not wait for us.
    private static let ahead = 2

    /// Claims and settles all that is ready, 64 at a time, each settle with the next claim in one write.
    /// - Returns: jobs a second.
    func settleAll() async throws -> Double {
        try await onThread {
            let connection = try connect()
            // What each reply to come is of.
            var claims: [Bool] = []
            func send(settling jobs: [ClaimedJob]) throws {
                let settles = jobs.isEmpty ? [] : [site.queue.settleRequest(jobs, on: QueueSite.route)]
                try connection.write(settles + [claim])
                claims += settles.map { _ in false } + [true]
            }
            let start = ContinuousClock.now
            var settled = 0
            for _ in 0..<ScriptFloor.ahead { try send(settling: []) }
            while !claims.isEmpty {
                let reply = try connection.read()
                guard claims.removeFirst() else { continue }
                let jobs = try jobs(reply)
                settled += jobs.count
                if !jobs.isEmpty { try send(settling: jobs) }
            }
            return Double(settled) / (.now - start).seconds
        }
    }

    /// How long one claim of 64 takes, in µs, as the median; what it took is put back, so the depth stays.
    func claimMicros(rounds: Int) async throws -> Double {
        try await onThread {
            let connection = try connect()
            var micros: [Double] = []
            for _ in 0..<rounds {
                let start = ContinuousClock.now
                try connection.write([claim])
                let reply = try connection.read()
                micros.append((.now - start).seconds * 1e6)
                try connection.write([site.queue.releaseRequest(try jobs(reply), on: QueueSite.route)])
                _ = try connection.read()
            }
            return micros.sorted()[rounds / 2]
        }
    }

    private func connect() throws -> BareRedisConnection {
        let connection = try BareRedisConnection(site.redisConfiguration)
        try connection.load([
            claim, site.queue.settleRequest([], on: QueueSite.route),
            site.queue.releaseRequest([], on: QueueSite.route),
        ])
        return connection
    }

    private var claim: RedisRequest {
        site.queue.claimRequest(
            on: QueueSite.route, epoch: NoOpWorker.epoch, lease: NoOpWorker.lease, provider: NoOpWorker.provider)
    }

    private func jobs(_ reply: RedisValue) throws -> [ClaimedJob] {
        guard case .jobs(let jobs, provider: _, next: _) = try ClaimAnswer(reply, route: QueueSite.route) else {
            throw BenchError.tookTooLong("a claim")
        }
        return jobs
    }

    private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
        }
    }
}

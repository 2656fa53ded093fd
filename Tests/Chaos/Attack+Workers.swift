import Foundation
import LocalServers
import Notifications
import Redis

extension Attack {
    /// Kills a worker again and again, each time any one, and replaces it.
    mutating func kill() async throws {
        // As between machines: what takes time can be interrupted.
        fleet.postgresLink.delay(.milliseconds(3), jitter: .milliseconds(4))
        var number = 0
        while isGoingOn || number < 2 {
            number += 1
            await killWorker()
            try await pause(0.8...2)
        }
    }

    private mutating func killWorker() async {
        let place = Int.random(in: 0..<fleet.plan.workers, using: &random)
        await inflict(.workerKill) {
            let worker = await fleet.retireWorker(at: place)
            worker.kill()
            _ = await worker.waitForExit()
            try await fleet.startWorker()
        }
    }

    /// Kills workers with calls under way, and has Redis forget that there are any.
    mutating func breakCap() async throws {
        repeat {
            try await pause(0.5...2)
            await killWorker()
            try await pause(0.5...2)
            await inflict(.redisWipe) { _ = try await redis { try await $0.execute(RedisCommand("FLUSHALL")) } }
            // So long as a rebuild takes, and the calls that it lets begin.
            try await pause(4...6)
        } while isGoingOn
    }

    /// Stops a worker for half a lease to three leases, and lets it go on as if nothing had been.
    ///
    /// Every other time it comes back while others are sending what it held, and Redis, which would still know whose turn
    /// it is, is wiped as its late results arrive: then the fence alone stands between them and a third sender.
    mutating func pauseWorkers() async throws {
        let lease = 3.0
        var number = 0
        while isGoingOn {
            number += 1
            let isContested = !number.isMultiple(of: 2)
            let share = isContested ? 1.05 : Double.random(in: 0.5...3, using: &random)
            let worker = await fleet.workers[Int.random(in: 0..<fleet.plan.workers, using: &random)]
            await inflict(.workerPause) {
                worker.send(SIGSTOP)
                defer { worker.send(SIGCONT) }
                try await hold(.seconds(lease * share))
            }
            if isContested {
                try await hold(.milliseconds(100))
                await inflict(.redisWipe) { _ = try await redis { try await $0.execute(RedisCommand("FLUSHALL")) } }
            }
            try await pause(0.5...1.5)
        }
    }

    /// Rolls the API and every worker: the new one first, then SIGTERM for the old one, which must end well.
    mutating func deploy() async throws {
        repeat {
            await inflict(.apiDeploy) {
                if let old = try await fleet.replaceAPI() { try await Attack.end(old) }
            }
            for _ in 0..<fleet.plan.workers {
                await inflict(.workerDeploy) {
                    try await fleet.startWorker()
                    try await Attack.end(await fleet.retireWorker(at: 0))
                }
            }
            try await pause(0.2...0.6)
        } while isGoingOn
    }

    private static func end(_ child: ChildProcess) async throws {
        child.terminate()
        let status = await child.waitForExit(within: .seconds(30))
        if status == nil {
            child.kill()
            throw ChaosError.tookTooLong("a process to end at SIGTERM")
        }
        guard status == .exited(0) else { throw ChaosError.malformed("the exit status \(String(describing: status))") }
    }

    /// Sends messages that kill whatever worker calls with them, one after the other, until each is given up.
    mutating func poison() async throws {
        var number = 0
        repeat {
            number += 1
            let title = "\(WebhookDecisions.poisonTitle) \(number)"
            let (callers, fleet) = (callers, fleet)
            await inflict(.poison) {
                try await callers.persist(
                    "poison-\(title)", to: [["webhookUrl": .string("\(callers.webhookURL)/poison")]], title: title)
                try await Waiting.until("a poison message to be given up", within: .seconds(60)) {
                    _ = try await fleet.replaceEndedWorkers()
                    return try await fleet.gaveUp(title)
                }
            }
            try await pause(0.1...0.5)
        } while isGoingOn
        _ = try await fleet.replaceEndedWorkers()
    }
}

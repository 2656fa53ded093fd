import Foundation
import LocalServers

extension Attack {
    /// Restarts, an outage, a slow network, connections that all wait, and commits whose answers are lost.
    mutating func breakPostgres() async throws {
        repeat {
            await inflict(.commitReplyLost) {
                // Workers commit as well: until a caller was hit, and got its first answer at the second try.
                let before = callers.answers.count(of: Callers.replayed)
                defer { fleet.postgresLink.heal() }
                try await Waiting.until("a COMMIT of the API", within: .seconds(20), every: .milliseconds(300)) {
                    if callers.answers.count(of: Callers.replayed) > before { return true }
                    fleet.postgresLink.swallowReplies(to: "COMMIT", count: 2)
                    return false
                }
            }
            try await pause(0.3...0.8)
            await inflict(.postgresRestart) { try await fleet.postgres.restart(.immediate) }
            try await pause(0.8...1.5)
            await inflict(.postgresSlow) {
                fleet.postgresLink.delay(.milliseconds(10), jitter: .milliseconds(30))
                try await hold(.seconds(1))
                fleet.postgresLink.heal()
            }
            try await pause(0.2...0.5)
            await inflict(.poolExhausted) { try await fleet.lockDeliveries(for: .milliseconds(1500)) }
            try await pause(0.2...0.5)
            let outage = Double.random(in: 2.2...4, using: &random)
            await inflict(.postgresOutage) {
                // Unreachable, which takes longer to be noticed than a server that is down.
                fleet.postgresLink.blackhole()
                try await hold(.seconds(outage))
                fleet.postgresLink.heal()
            }
            try await pause(0.8...1.5)
        } while isGoingOn
    }

    /// Has webhooks answered badly for a while, then well for as long.
    mutating func troubleProvider() async throws {
        repeat {
            await inflict(.providerTrouble) {
                decisions.isTroubled.raise()
                defer { decisions.isTroubled.lower() }
                try await hold(.seconds(3))
            }
            try await pause(2.5...3)
        } while isGoingOn
    }

    /// Cuts the subscriber's connection, and Redis' too now and then, from which the API hears.
    mutating func cutSubscriber() async throws {
        var number = 0
        while isGoingOn || number < 2 {
            try await Waiting.until("the subscriber to listen", within: .seconds(20)) { subscriber.isListening }
            try await pause(0.4...1.2)
            number += 1
            if number.isMultiple(of: 4) { await inflict(.redisReset) { fleet.redisLink.reset() } }
            await inflict(.subscriberCut) { fleet.subscriberDoor.reset() }
            try await Waiting.until("the subscriber to know", within: .seconds(20)) { !subscriber.isListening }
        }
    }
}

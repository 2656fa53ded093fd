import Foundation
package import Notifications
package import Redis

extension ClaimAnswer {
    /// Reads `{word, next, provider, id, token, …}`, and after those, under a cap, the jobs' slots as `3 1`.
    /// - Parameter limits: those that the claim was made under.
    package init(_ reply: RedisValue, route: Route, limits: [String: ProviderLimits] = [:]) throws {
        if case .error(let message) = reply { throw QueueReplyError(script: "claim", reply: message) }
        let parts = reply.array ?? []
        switch parts.first?.string {
        case "rebuild": self = .rebuild
        case "paused": self = .paused
        case "throttled":
            guard parts.count == 3, let next = parts[1].int, let lack = parts[2].string.flatMap(Lack.init) else {
                throw QueueReplyError(script: "claim")
            }
            self = .throttled(lack, next: .milliseconds(next))
        case "ok" where parts.count >= 3, "probe" where parts.count >= 3:
            let isProbe = parts[0].string == "probe"
            let name = parts[2].string ?? ""
            let provider = limits[name].map { LimitedProvider(name: name, limits: $0) }
            var jobs = try stride(from: 3, to: parts.count - 1, by: 2).map { place in
                guard case .bytes(let text) = parts[place], let id = UUID(text: text), let token = parts[place + 1].int
                else { throw QueueReplyError(script: "claim") }
                return ClaimedJob(
                    id: id, route: route, token: token, provider: provider, probed: isProbe ? name : nil)
            }
            if parts.count.isMultiple(of: 2) { try ClaimAnswer.note(slots: parts.last, of: &jobs) }
            let next = parts[1].int ?? -1
            self = .jobs(jobs, provider: name, next: next < 0 ? nil : .milliseconds(next))
        default: throw QueueReplyError(script: "claim")
        }
    }

    private static func note(slots: RedisValue?, of jobs: inout [ClaimedJob]) throws {
        let counts = (slots?.string ?? "").split(separator: " ").compactMap { Int($0) }
        guard counts.count == jobs.count else { throw QueueReplyError(script: "claim") }
        for place in jobs.indices { jobs[place].slots = counts[place] }
    }
}

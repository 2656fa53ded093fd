import Foundation
package import Notifications
package import Redis

extension ClaimAnswer {
    /// Reads `{word, next, provider, id, token, …}`.
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
        case "ok" where parts.count >= 3:
            let name = parts[2].string ?? ""
            let provider = limits[name].map { LimitedProvider(name: name, limits: $0) }
            let jobs = try stride(from: 3, to: parts.count - 1, by: 2).map { place in
                guard case .bytes(let text) = parts[place], let id = UUID(text: text), let token = parts[place + 1].int
                else { throw QueueReplyError(script: "claim") }
                return ClaimedJob(id: id, route: route, token: token, provider: provider)
            }
            let next = parts[1].int ?? -1
            self = .jobs(jobs, provider: name, next: next < 0 ? nil : .milliseconds(next))
        default: throw QueueReplyError(script: "claim")
        }
    }
}

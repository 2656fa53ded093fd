import Notifications

/// What the settings mean for Belfry, whatever its servers are like.
struct SettingsJudge {
    let timing: DeliveryTiming
    /// By route, provider names in order.
    let assignments: [Route: [String]]
    /// Why the providers cannot be made of the settings; nil when they can.
    let providersProblem: String?

    var findings: [Finding] { [clockwork] + providers }

    private var clockwork: Finding {
        let found =
            "call deadline \(timing.callDeadline.shorthand), permit \(timing.permit.shorthand), "
            + "lease \(timing.lease.shorthand)"
        guard let problem = timing.problem else { return .ok("settings.timing", found) }
        return .fail("settings.timing", found, "BELFRY_CALL_DEADLINE < BELFRY_PERMIT ≤ BELFRY_LEASE: \(problem).")
    }

    private var providers: [Finding] {
        if let providersProblem {
            return [.fail("providers", providersProblem, "See BELFRY_PROVIDERS and the settings of its providers.")]
        }
        let served = Route.allCases.filter { !(assignments[$0] ?? []).isEmpty }
        let found = served.map { "\($0.rawValue)=\((assignments[$0] ?? []).joined(separator: ","))" }
        return [.ok("providers", found.joined(separator: " ")), unserved(served), simulated(served)].compactMap(\.self)
    }

    private func unserved(_ served: [Route]) -> Finding? {
        let names = Route.allCases.filter { !served.contains($0) }.map(\.rawValue)
        if names.isEmpty { return nil }
        return .warn(
            "providers.unserved", names.joined(separator: " "),
            "What is sent there is skipped (noProvider): name a provider in BELFRY_PROVIDERS.")
    }

    private func simulated(_ served: [Route]) -> Finding? {
        let names = served.filter { assignments[$0]?.contains { $0.hasPrefix("simulator") } == true }.map(\.rawValue)
        if names.isEmpty { return nil }
        return .warn("providers.simulator", names.joined(separator: " "), "The simulator reaches nobody.")
    }
}

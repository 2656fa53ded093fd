import Foundation

/// What this machine means for Belfry.
struct HostJudge {
    /// How many files, and so connections, this process may have open: now, and at most, which an API asks for.
    var openFiles: (now: Int, most: Int)
    /// How many an API has open when it is full; nil when the settings do not say.
    var neededFiles: Int?
    /// How far the clocks of the servers are ahead of this machine's, in seconds; only of those that answered.
    var clockOffsets: [(server: String, seconds: TimeInterval)]

    /// Nothing is decided by this machine's clock, but logs, certificates and tokens go by it.
    private static let tolerance: TimeInterval = 1

    /// The limits of this process.
    static func openFileLimits() -> (now: Int, most: Int) {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return (0, 0) }
        return (Int(clamping: limits.rlim_cur), Int(clamping: limits.rlim_max))
    }

    var findings: [Finding] { [files].compactMap(\.self) + clockOffsets.map(clock) }

    private var files: Finding? {
        guard let neededFiles else { return nil }
        let found = "\(openFiles.now), at most \(openFiles.most)"
        if openFiles.most >= neededFiles { return .ok("host.open-files", found) }
        return .warn(
            "host.open-files", found,
            "BELFRY_MAX_CONNECTIONS needs \(neededFiles) (ulimit -n, LimitNOFILE); the API takes fewer connections.")
    }

    private func clock(_ server: String, _ seconds: TimeInterval) -> Finding {
        let check = "host.clock-\(server)"
        let milliseconds = Int((seconds * 1000).rounded())
        let found =
            milliseconds < 0 ? "\(-milliseconds) ms behind this machine" : "\(milliseconds) ms ahead of this machine"
        if abs(seconds) <= HostJudge.tolerance { return .ok(check, found) }
        return .warn(check, found, "Nothing is sent early for it, but run NTP on both machines.")
    }
}

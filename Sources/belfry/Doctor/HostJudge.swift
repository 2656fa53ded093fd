import Foundation

/// What this machine means for Belfry.
struct HostJudge {
    /// How many files, and so connections, this process may have open: now, and at most if it asks for more.
    var openFiles: (now: Int, most: Int)
    /// How far the clocks of the servers are ahead of this machine's, in seconds; only of those that answered.
    var clockOffsets: [(server: String, seconds: TimeInterval)]

    /// An API takes 10,000 connections; each is a file, and each connection to a provider too.
    private static let enoughFiles = 12_000
    /// Nothing is decided by this machine's clock, but logs, certificates and tokens go by it.
    private static let tolerance: TimeInterval = 1

    /// The limits of this process.
    static func openFileLimits() -> (now: Int, most: Int) {
        var limits = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else { return (0, 0) }
        return (Int(clamping: limits.rlim_cur), Int(clamping: limits.rlim_max))
    }

    var findings: [Finding] { [files] + clockOffsets.map(clock) }

    private var files: Finding {
        let found = "\(openFiles.now), at most \(openFiles.most)"
        if openFiles.most >= HostJudge.enoughFiles { return .ok("host.open-files", found) }
        return .warn(
            "host.open-files", found, "Let the process have \(HostJudge.enoughFiles) files (ulimit -n, LimitNOFILE).")
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

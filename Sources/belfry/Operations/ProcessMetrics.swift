import Foundation
import Telemetry

/// What every process says about itself, under the names that dashboards know.
///
/// **Source:** prometheus.io/docs/instrumenting/writing_clientlibs, "Process metrics"; proc(5).
enum ProcessMetrics {
    private static let cpu = MetricDescription(.counter, "process_cpu_seconds_total", "CPU time used.")
    private static let resident = MetricDescription(.gauge, "process_resident_memory_bytes", "Memory in use.")
    private static let started = MetricDescription(
        .gauge, "process_start_time_seconds", "When it started, in seconds since 1970.")
    private static let files = MetricDescription(.gauge, "process_open_fds", "Open files and sockets.")
    private static let build = MetricDescription(
        .gauge, "belfry_build_info", "1, for the version that runs.", labels: ["version"])

    /// When this process first asked, which is at its start.
    private static let start = Date()

    static func register(in registry: MetricsRegistry) {
        let start = start
        registry.observe([cpu, resident, started, files, build]) {
            var readings = [
                MetricReading(build, [BuildInfo.version], 1),
                MetricReading(started, [], start.timeIntervalSince1970.rounded()),
                MetricReading(cpu, [], cpuSeconds()),
            ]
            if let bytes = residentBytes() { readings.append(MetricReading(resident, [], bytes)) }
            if let count = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count {
                readings.append(MetricReading(files, [], Double(count)))
            }
            return readings
        }
    }

    /// `clock()` counts in millionths of a second, whatever the machine (POSIX).
    private static func cpuSeconds() -> Double { Double(clock()) / 1_000_000 }

    /// The second number of `/proc/self/statm`, in pages; nil where there is no such file.
    private static func residentBytes() -> Double? {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        guard let pages, pages.count > 1, let resident = Double(pages[1]) else { return nil }
        return resident * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}

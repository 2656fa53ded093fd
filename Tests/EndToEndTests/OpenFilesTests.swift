import Foundation
import Logging
import Testing

@testable import belfry

struct OpenFilesTests {
    private let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    @Test(arguments: [(10_000, 20_000, 10_000), (10_000, 1024, 816), (10_000, 10, 1), (500, 1024, 500)])
    func connectionsLeaveRoomForTheRest(wanted: Int, limit: Int, expected: Int) {
        #expect(OpenFiles(limit: limit).connections(wanted: wanted, poolSize: 8, logger: quiet) == expected)
    }

    @Test func limitIsRaisedAsFarAsTheSystemAllows() {
        var limits = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits)
        #expect(OpenFiles.raised(logger: quiet).limit == Int(clamping: limits.rlim_max))
    }
}

import Testing

@testable import Postgres

@Suite struct MigrationPlanTests {
    private static func migration(_ version: Int) -> Migration {
        Migration(version: version, name: "step_\(version)", sql: "SELECT \(version)")
    }

    private static func applied(_ version: Int, checksum: String? = nil) -> MigrationPlan.Applied {
        MigrationPlan.Applied(version: version, checksum: checksum ?? migration(version).checksum)
    }

    @Test(
        arguments: [
            ([], [], []), ([1, 2], [], [1, 2]), ([1, 2, 3], [1], [2, 3]), ([1, 2], [1, 2], []), ([1], [1, 2], []),
            ([], [1], []),
        ] as [([Int], [Int], [Int])])
    func pendingAreThoseNotApplied(known: [Int], applied: [Int], pending: [Int]) throws {
        let plan = try MigrationPlan(known: known.map(Self.migration), applied: applied.map { Self.applied($0) })
        #expect(plan.pending.map(\.version) == pending)
    }

    @Test(
        arguments: [
            ([1], [1, 2, 3], .ahead(database: 3, binary: 1)), ([1, 2, 3], [1, 3], .outOfOrder(version: 2)),
            ([1, 3], [1, 2, 3], .changed(version: 2)),
        ] as [([Int], [Int], MigrationProblem)])
    func schemaThatDoesNotFitIsRefused(known: [Int], applied: [Int], problem: MigrationProblem) {
        #expect(throws: problem) {
            try MigrationPlan(known: known.map(Self.migration), applied: applied.map { Self.applied($0) })
        }
    }

    @Test func changedTextIsRefused() {
        #expect(throws: MigrationProblem.changed(version: 1)) {
            try MigrationPlan(known: [Self.migration(1)], applied: [Self.applied(1, checksum: "other")])
        }
    }

    @Test func fileNameTellsVersionAndName() throws {
        let migration = try Migration(fileName: "v0012_add_devices.sql", sql: "SELECT 1")
        #expect(migration == Migration(version: 12, name: "add_devices", sql: "SELECT 1"))
        for name in ["v12_add.sql", "0012_add.sql", "v0012_Add.sql", "v0012_add.txt"] {
            #expect(throws: PostgresError.self) { try Migration(fileName: name, sql: "") }
        }
    }

    @Test func checksumIsSHA256AndFirstLineMarksTransactionality() {
        let plain = Migration(version: 1, name: "abc", sql: "abc")
        #expect(plain.checksum == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(plain.isTransactional)
        #expect(!Migration(version: 1, name: "a", sql: "-- no-transaction\nSELECT 1").isTransactional)
        #expect(Migration(version: 1, name: "a", sql: "SELECT 1\n-- no-transaction").isTransactional)
    }
}

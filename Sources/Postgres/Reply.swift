internal import CLibPQ

/// The one owner of a `PGresult`; what is read from it is copied.
struct Reply: ~Copyable {
    private let result: OpaquePointer

    init(_ result: OpaquePointer) {
        self.result = result
    }

    deinit {
        PQclear(result)
    }

    /// The command as the server names what it did: `COMMIT`, `ROLLBACK`, `INSERT 0 1`.
    var tag: String { String(cString: PQcmdStatus(result)) }

    var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    var isCopy: Bool {
        switch PQresultStatus(result) {
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH: true
        default: false
        }
    }

    /// The mark after the last reply of a pipeline.
    var isEndOfPipeline: Bool { PQresultStatus(result) == PGRES_PIPELINE_SYNC }

    /// The statement was not run, because one before it in the pipeline had failed.
    var isSkipped: Bool { PQresultStatus(result) == PGRES_PIPELINE_ABORTED }

    /// Nil if the statement succeeded.
    var error: PostgresServerError? {
        switch PQresultStatus(result) {
        case PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE:
            PostgresServerError(
                // libpq gives no code for what it found wrong itself, which is always the connection.
                sqlState: SQLState(rawValue: field(DiagnosticField.sqlState) ?? "08006"),
                severity: field(DiagnosticField.severity) ?? "FATAL",
                message: field(DiagnosticField.message) ?? String(cString: PQresultErrorMessage(result)),
                detail: field(DiagnosticField.detail),
                table: field(DiagnosticField.table),
                constraint: field(DiagnosticField.constraint))
        default: nil
        }
    }

    private func field(_ code: DiagnosticField) -> String? {
        PQresultErrorField(result, code.rawValue).map { String(cString: $0) }
    }

    func columns() -> [ResultColumn] {
        (0..<PQnfields(result)).map { column in
            ResultColumn(
                name: String(cString: PQfname(result, column)),
                type: PostgresType(rawValue: PQftype(result, column)))
        }
    }

    /// Copies all rows.
    ///
    /// - Parameter columns: what ``columns()`` gave for this statement.
    func cells(_ columns: [ResultColumn]) -> ResultCells {
        let rows = PQntuples(result)
        let width = Int32(columns.count)
        var places: [ResultCells.Place] = []
        places.reserveCapacity(Int(rows) * columns.count)
        var bytes: [UInt8] = []
        for row in 0..<rows {
            for column in 0..<width {
                let isNull = PQgetisnull(result, row, column) == 1
                let count = Int(PQgetlength(result, row, column))
                places.append(ResultCells.Place(start: bytes.count, count: isNull ? -1 : count))
                guard count > 0, let value = PQgetvalue(result, row, column) else { continue }
                bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: count))
            }
        }
        return ResultCells(columns: columns, rowCount: Int(rows), places: places, bytes: bytes)
    }
}

/// **Source:** `postgres_ext.h` of PostgreSQL, `PG_DIAG_…`, which are characters and do not reach Swift as numbers.
private struct DiagnosticField {
    let rawValue: Int32

    private init(_ character: Unicode.Scalar) {
        rawValue = Int32(character.value)
    }

    /// Not the localised one.
    static let severity = Self("V")
    static let sqlState = Self("C")
    static let message = Self("M")
    static let detail = Self("D")
    static let table = Self("t")
    static let constraint = Self("n")
}

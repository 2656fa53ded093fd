/// Where the programs of one Postgres installation are.
struct PostgresPrograms: Sendable {
    let server: String
    let initdb: String
    let isReady: String
    let psql: String

    /// All four from the server's own folder where possible, so that their versions agree.
    init(_ executables: Executables) throws(LocalServerError) {
        server = try executables.path(of: "postgres", package: "postgresql")
        let box = executables.preferring(neighboursOf: server)
        initdb = try box.path(of: "initdb", package: "postgresql")
        isReady = try box.path(of: "pg_isready", package: "postgresql-client")
        psql = try box.path(of: "psql", package: "postgresql-client")
    }
}

import Redis
import Testing

@Suite struct RedisConfigurationTests {
    struct Read: Equatable {
        var endpoint: RedisConfiguration.Endpoint
        var username: String?
        var password: String?
        var database = 0
    }

    @Test(arguments: [
        ("redis://cache", Read(endpoint: .tcp(host: "cache", port: 6379))),
        ("redis://cache:7000/", Read(endpoint: .tcp(host: "cache", port: 7000))),
        ("REDIS://cache/3", Read(endpoint: .tcp(host: "cache", port: 6379), database: 3)),
        ("redis://[::1]:7000/2", Read(endpoint: .tcp(host: "::1", port: 7000), database: 2)),
        ("redis://:secret@cache", Read(endpoint: .tcp(host: "cache", port: 6379), password: "secret")),
        (
            "redis://ann:s%40%3A%2F@cache/1",
            Read(endpoint: .tcp(host: "cache", port: 6379), username: "ann", password: "s@:/", database: 1)
        ),
        (
            "rediss://ann:s%40@cache", Read(endpoint: .tcp(host: "cache", port: 6379), username: "ann", password: "s@")
        ),
        ("redis+unix:///run/redis.sock", Read(endpoint: .unix(path: "/run/redis.sock"))),
        ("redis+unix:///run/a%20b.sock?db=4", Read(endpoint: .unix(path: "/run/a b.sock"), database: 4)),
        ("redis+unix://:pw@/run/redis.sock", Read(endpoint: .unix(path: "/run/redis.sock"), password: "pw")),
    ])
    func readsTheURL(_ url: String, expected: Read) throws {
        let configuration = try RedisConfiguration(url: url)
        #expect(
            Read(
                endpoint: configuration.endpoint, username: configuration.username, password: configuration.password,
                database: configuration.database) == expected)
    }

    @Test(arguments: [
        ("", "the scheme must be redis://, rediss:// or redis+unix://"),
        ("http://:hunter2@cache", "the scheme must be redis://, rediss:// or redis+unix://"),
        ("redis://:hunter2@", "the host is missing"),
        ("redis://:hunter2@cache:0", "the port must be between 1 and 65535"),
        ("redis://:hunter2@cache/one", "the database must be a number from 0"),
        ("redis://:hunter2@cache/-1", "the database must be a number from 0"),
        ("redis+unix://", "the path of the socket is missing"),
        ("redis+unix:///run/redis.sock?db=x", "the database must be a number from 0"),
        ("redis://hunter2@cache", "there is a user without a password; a password alone is :password@"),
        ("rediss://:hunter2@", "the host is missing"),
    ])
    func refusesTheURLWithoutQuotingIt(_ url: String, reason: String) {
        #expect(throws: RedisError.invalidURL(reason: reason)) { try RedisConfiguration(url: url) }
    }

    @Test func descriptionSaysWhetherItIsEncrypted() throws {
        #expect(try "\(RedisConfiguration(url: "rediss://:pw@cache"))" == "rediss://cache:6379/0")
    }

    @Test func neverShowsUserOrPassword() throws {
        let configuration = try RedisConfiguration(url: "redis://ann:hunter2@cache/1")
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect("\(configuration)" == "redis://cache:6379/1")
        #expect(!dumped.contains("hunter2") && !dumped.contains("ann"))
    }
}

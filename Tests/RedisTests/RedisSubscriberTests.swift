import LocalServers
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import Redis

@Suite struct RedisSubscriberTests {
    private let confirmation = "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n"

    private func publish(_ payload: String, to channel: String, _ client: RedisClient) async throws -> Int64? {
        try await client.execute(RedisCommand("PUBLISH", RedisArgument(channel), RedisArgument(payload))).int
    }

    private func message(_ payload: String, on channel: String) -> RedisSubscriberEvent {
        .message(channel: channel, payload: Array(payload.utf8))
    }

    @Test func messagesOfChannelsAndPatternsComeInOrder() async throws {
        let configuration = try RedisConfiguration(url: await TestServers.shared.redis().url)
        let name = uniqueKey()
        try await withClient(configuration) { client async throws in
            var events = RedisSubscriber(configuration: configuration, logger: quiet)
                .messages(channels: [name, "\(name)!"], patterns: ["\(name):*"]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            for (channel, payload) in [(name, "a\r\n"), ("\(name):x", "b"), ("\(name)!", ""), ("\(name)?", "no")] {
                #expect(try await publish(payload, to: channel, client) == (payload == "no" ? 0 : 1))
            }
            #expect(await events.next() == message("a\r\n", on: name))
            #expect(await events.next() == message("b", on: "\(name):x"))
            #expect(await events.next() == message("", on: "\(name)!"))
        }
    }

    @Test func lostConnectionIsAnnouncedAndTheSubscriptionComesBack() async throws {
        try await withOwnRedis { redis in
            let configuration = try RedisConfiguration(url: redis.url)
            var events = RedisSubscriber(configuration: configuration, logger: quiet)
                .messages(channels: ["news"]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            await redis.kill()
            #expect(await events.next() == .disconnected)
            try await redis.restart()
            #expect(await events.next() == .subscribed)
            try await withClient(configuration) { client async throws in
                #expect(try await publish("again", to: "news", client) == 1)
            }
            #expect(await events.next() == message("again", on: "news"))
        }
    }

    @Test func slowReaderGetsWhatIsBufferedAndThenLearnsOfTheGap() async throws {
        // Far more in one go than a reader can take meanwhile.
        let pushes = (1000..<6000).map { "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$4\r\n\($0)\r\n" }.joined()
        try await FakeServer.with(.sayingFirst(confirmation + pushes, then: confirmation)) { server in
            var subscriber = RedisSubscriber(configuration: server.configuration, logger: quiet)
            subscriber.bufferedMessages = 3
            var events = subscriber.messages(channels: ["c"]).makeAsyncIterator()
            var seen: [RedisSubscriberEvent] = []
            while let event = await events.next(), event != .disconnected { seen.append(event) }
            let messages = seen.indices.dropFirst().map { message("\(999 + $0)", on: "c") }
            #expect(seen == [.subscribed] + messages)
            #expect(2..<5000 ~= messages.count)
            #expect(await events.next() == .subscribed)
        }
    }

    @Test func silentServerIsTakenForDead() async throws {
        try await FakeServer.with(.saying(confirmation, to: "SUBSCRIBE")) { server in
            var subscriber = RedisSubscriber(configuration: server.configuration, logger: quiet)
            subscriber.idleTimeout = .milliseconds(500)
            var events = subscriber.messages(channels: ["c"]).makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            #expect(await events.next() == .disconnected)
            #expect(await events.next() == .subscribed)
        }
    }

    @Test func silentServerIsAskedFirstAndKeptWhileItAnswers() async throws {
        let pong = "*2\r\n$4\r\npong\r\n$0\r\n\r\n"
        let signal = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\nup\r\n"
        try await FakeServer.with(.saying(confirmation, to: "SUBSCRIBE", otherwise: pong + signal)) { server in
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let connection = try await RedisConnection.connect(server.configuration, idleTimeout: nil, on: eventLoop)
                .get()
            let inbox = SubscriptionInbox(confirmations: 1, capacity: 10)
            #expect(connection.subscribe([RedisCommand("SUBSCRIBE", "c")], inbox: inbox))
            var events = inbox.events.makeAsyncIterator()
            #expect(await events.next() == .subscribed)
            for _ in 0..<3 {
                connection.channel.pipeline.fireUserInboundEventTriggered(IdleStateHandler.IdleStateEvent.read)
                #expect(await events.next() == message("up", on: "c"))
            }
            #expect(
                server.received.dropFirst() == ["*1\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n", "*1\r\n$4\r\nPING\r\n"])
            connection.close()
            #expect(await events.next() == nil)
        }
    }

    @Test func idlenessIsNoMatterOfAConnectionForCommands() async throws {
        try await FakeServer.with(.saying("+A\r\n+B\r\n", to: "SECOND")) { server in
            let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
            let connection = try await RedisConnection.connect(server.configuration, idleTimeout: nil, on: eventLoop)
                .get()
            async let first = connection.send([RedisCommand("FIRST")], deadline: .distantFuture)
            try await eventually("it is in flight") { server.received.count == 1 }
            for _ in 0..<2 {
                connection.channel.pipeline.fireUserInboundEventTriggered(IdleStateHandler.IdleStateEvent.read)
            }
            #expect(
                await connection.send([RedisCommand("SECOND")], deadline: .distantFuture) == .success([.simple("B")]))
            #expect(await first == .success([.simple("A")]))
            connection.close()
        }
    }

    @Test func endsWhenItsTaskIsCancelledAndClosesItsConnection() async throws {
        try await FakeServer.with(.silent) { server in
            let subscriber = RedisSubscriber(configuration: server.configuration, logger: quiet)
            let reader = Task {
                var events: [RedisSubscriberEvent] = []
                for await event in subscriber.messages(channels: ["c"]) { events.append(event) }
                return events
            }
            try await eventually("it asks to subscribe") { server.received.count == 1 }
            reader.cancel()
            #expect(await reader.value == [])
            try await eventually("its connection is closed") { server.open == 0 }
        }
    }

    @Test func endsWhenItsTaskIsCancelledWithoutAServer() async throws {
        let configuration = RedisConfiguration(endpoint: .unix(path: "/nowhere"))
        let subscriber = RedisSubscriber(configuration: configuration, logger: quiet)
        let reader = Task { await subscriber.messages(channels: ["c"]).first { _ in true } }
        reader.cancel()
        #expect(await reader.value == nil)
    }

    @Test func leavingTheLoopClosesTheConnection() async throws {
        try await FakeServer.with(.saying(confirmation)) { server in
            let subscriber = RedisSubscriber(configuration: server.configuration, logger: quiet)
            for await event in subscriber.messages(channels: ["c"]) {
                #expect(event == .subscribed)
                break
            }
            try await eventually("its connection is closed") { server.open == 0 }
            #expect(server.connections == 1)
        }
    }
}

import Testing

@testable import SMTP

@Suite struct SMTPTransactionTests {
    @Test func pipelinedTransactionGoesInOneWrite() throws {
        var transaction = try make(["a@x.test", "b@x.test"], pipelining: true)
        #expect(
            transaction.start()
                == .send(["MAIL FROM:<me@x.test>", "RCPT TO:<a@x.test>", "RCPT TO:<b@x.test>", "DATA"]))
        let action = try feed(&transaction, "250", "250", "550 5.1.1", "354")
        #expect(action == .sendContent)
        #expect(
            transaction.receive(try reply("250"))
                == .done(
                    [.accepted(try reply("250")), .refused(try reply("550 5.1.1"), .recipient)], isReusable: true,
                    needsReset: false))
    }

    @Test func withoutPipeliningEachAnswerIsAwaited() throws {
        var transaction = try make(["a@x.test", "b@x.test"])
        #expect(transaction.start() == .send(["MAIL FROM:<me@x.test>"]))
        #expect(transaction.receive(try reply("250")) == .send(["RCPT TO:<a@x.test>"]))
        #expect(transaction.receive(try reply("450")) == .send(["RCPT TO:<b@x.test>"]))
        #expect(transaction.receive(try reply("250")) == .send(["DATA"]))
        #expect(transaction.receive(try reply("354")) == .sendContent)
        #expect(
            transaction.receive(try reply("554"))
                == .done(
                    [.refused(try reply("450"), .recipient), .refused(try reply("554"), .content)], isReusable: true,
                    needsReset: false))
    }

    @Test func permissionToSendToNobodyIsAnsweredByALoneDot() throws {
        var transaction = try make(["a@x.test"], pipelining: true)
        _ = transaction.start()
        let action = try feed(&transaction, "250", "550 5.1.1", "354")
        #expect(action == .sendLoneDot)
        #expect(
            transaction.receive(try reply("250"))
                == .done([.refused(try reply("550 5.1.1"), .recipient)], isReusable: true, needsReset: true))
    }

    @Test func refusedSenderIsTheSendersEvenIfTheServerThenWantsData() throws {
        var transaction = try make(["a@x.test"], pipelining: true)
        _ = transaction.start()
        let action = try feed(&transaction, "550 5.7.1", "250", "354")
        #expect(action == .sendLoneDot)
        #expect(
            transaction.receive(try reply("554"))
                == .done([.refused(try reply("550 5.7.1"), .sender)], isReusable: true, needsReset: true))
    }

    @Test func copiesWaitForTheOneTheyAreCopiesOf() throws {
        var transaction = try make(["a@x.test", "b@x.test"], pipelining: true, condition: .first)
        #expect(
            transaction.start() == .send(["MAIL FROM:<me@x.test>", "RCPT TO:<a@x.test>", "RCPT TO:<b@x.test>"]))
        let action = try feed(&transaction, "250", "450 4.7.1", "250")
        let refusal = SMTPResult.refused(try reply("450 4.7.1"), .recipient)
        #expect(action == .done([refusal, refusal], isReusable: true, needsReset: true))
    }

    @Test func copyThatIsRefusedStopsNobody() throws {
        var transaction = try make(["a@x.test", "b@x.test"], pipelining: true, condition: .first)
        _ = transaction.start()
        let action = try feed(&transaction, "250", "250", "550")
        #expect(action == .send(["DATA"]))
        #expect(transaction.receive(try reply("354")) == .sendContent)
    }

    @Test func failedTransactionIsResetBeforeTheNext() throws {
        var transaction = try make(["a@x.test"], pipelining: true, needsReset: true)
        #expect(transaction.start() == .send(["RSET", "MAIL FROM:<me@x.test>", "RCPT TO:<a@x.test>", "DATA"]))
        let action = try feed(&transaction, "250", "250", "250", "354")
        #expect(action == .sendContent)
    }

    @Test(arguments: ["455", "555 5.5.4"])
    func parameterThatIsNotTakenIsDroppedOnce(code: String) throws {
        var capabilities = SMTPCapabilities()
        capabilities.takesSize = true
        var transaction = try SMTPTransaction(
            SMTPEnvelope(sender: "me@x.test", recipients: ["a@x.test"]), SMTPContent(Array("Hi".utf8)), capabilities,
            needsReset: false)
        #expect(transaction.start() == .send(["MAIL FROM:<me@x.test> SIZE=4"]))
        #expect(transaction.receive(try reply(code)) == .send(["MAIL FROM:<me@x.test>"]))
        #expect(
            transaction.receive(try reply(code))
                == .done([.refused(try reply(code), .sender)], isReusable: true, needsReset: true))
    }

    @Test(arguments: 0...3)
    func hangingUpMidwayLeavesNothingSent(after answers: Int) throws {
        var transaction = try make(["a@x.test"], pipelining: true)
        _ = transaction.start()
        _ = try feed(&transaction, Array(["250", "250", "354"].prefix(answers)))
        let phase: [SMTPPhase] = [.sender, .recipient, .data, .content]
        #expect(
            transaction.receive(try reply("421"))
                == .done([.refused(try reply("421"), phase[answers])], isReusable: false, needsReset: false))
    }

    @Test func lossIsUnknownOnlyOnceTheDotIsGone() throws {
        var transaction = try make(["a@x.test", "b@x.test"], pipelining: true)
        _ = transaction.start()
        let error = SMTPError.connectionLost(.content)
        let refused = SMTPResult.refused(try reply("550"), .recipient)
        #expect(transaction.results(failing: error, isSent: true) == [.notSent(error), .notSent(error)])
        _ = try feed(&transaction, "250", "550", "250", "354")
        #expect(transaction.results(failing: error, isSent: false) == [refused, .notSent(error)])
        #expect(transaction.results(failing: error, isSent: true) == [refused, .unknown(error)])
    }

    @Test func moreAnswersThanCommandsEndTheConnection() throws {
        var transaction = try make(["a@x.test"])
        #expect(
            transaction.receive(try reply("250"))
                == .done([.notSent(.malformedReply(.sender))], isReusable: false, needsReset: false))
    }

    @Test func whatTheServerCannotTakeIsNotBegun() throws {
        var capabilities = SMTPCapabilities()
        capabilities.maximumSize = 100
        func begin(_ recipient: String, _ message: String, sender: String = "me@x.test") throws {
            _ = try SMTPTransaction(
                SMTPEnvelope(sender: sender, recipients: [recipient]), SMTPContent(Array(message.utf8)), capabilities,
                needsReset: false)
        }
        #expect(throws: SMTPError.messageTooLarge(limit: 100)) {
            try begin("a@x.test", String(repeating: "x", count: 99))
        }
        try begin("a@x.test", String(repeating: "x", count: 98))
        #expect(throws: SMTPError.needsInternationalMail) { try begin("ä@x.test", "") }
        #expect(throws: SMTPError.needsEightBit) { try begin("a@x.test", "ä") }
        for path in ["a@x.test\r\nRCPT TO:<b@x.test>", "a b@x.test", "a@x.test>", "<a@x.test", "a\0@x.test", ""] {
            #expect(throws: SMTPError.invalidPath) { try begin(path, "") }
        }
        #expect(throws: SMTPError.invalidPath) { try begin("a@x.test", "", sender: "a@x.test> SIZE=1") }
        capabilities.eightBit = true
        capabilities.international = true
        var transaction = try SMTPTransaction(
            SMTPEnvelope(sender: "me@x.test", recipients: ["ä@x.test"]), SMTPContent(Array("ä".utf8)), capabilities,
            needsReset: false)
        #expect(transaction.start() == .send(["MAIL FROM:<me@x.test> BODY=8BITMIME SMTPUTF8"]))
    }

    private func make(
        _ recipients: [String], pipelining: Bool = false, condition: SMTPEnvelope.Condition = .any,
        needsReset: Bool = false
    ) throws -> SMTPTransaction {
        var capabilities = SMTPCapabilities()
        capabilities.pipelining = pipelining
        let envelope = SMTPEnvelope(sender: "me@x.test", recipients: recipients, condition: condition)
        return try SMTPTransaction(envelope, SMTPContent(Array("Hi".utf8)), capabilities, needsReset: needsReset)
    }

    private func feed(_ transaction: inout SMTPTransaction, _ replies: String...) throws -> SMTPTransaction.Action {
        try feed(&transaction, replies)
    }

    /// Returns what follows the last answer.
    private func feed(_ transaction: inout SMTPTransaction, _ replies: [String]) throws -> SMTPTransaction.Action {
        var action = SMTPTransaction.Action.wait
        for text in replies { action = transaction.receive(try reply(text)) }
        return action
    }
}

func reply(_ text: String) throws -> SMTPReply {
    let code = try #require(Int(text.prefix(3)))
    return SMTPReply(code: code, lines: [String(text.dropFirst(4))])
}

import Testing

@testable import chaos

/// What the judge must see, and what it must not hold against anybody. Time is in milliseconds.
struct JudgeTests {
    /// One notification, asked for, acknowledged, in the database as sent, and taken by the provider once.
    private static func sound(_ run: ChaosRun = .kill) -> Histories {
        let expectation = Expectation(minimumRate: 0, faults: [:])
        var histories = Histories(record: RunRecord(run: run, seed: 1, seconds: 1, expectation: expectation))
        histories.callers = [
            HistoryEntry("caller", .invoke, "r1", at: 1000), HistoryEntry("caller", .ok, "r1", at: 2000, ids: ["a"]),
        ]
        histories.final.documents = [FinalState.Document(id: "a", request: "r1", statuses: ["email": "sent"])]
        histories.accepts = [accept("a", at: 3, attempt: 1, fence: 1)]
        return histories
    }

    private static func accept(_ id: String, at: Int64, attempt: Int?, fence: Int64?) -> ProviderAccept {
        ProviderAccept(at: at * 1000, notification: id, idempotencyKey: "\(id):1", attempt: attempt, fence: fence)
    }

    private static func unknown(_ id: String, attempt: Int, number: Int64 = 1) -> FinalState.Event {
        FinalState.Event(
            number: number, notification: id, route: "email", attempt: attempt, outcome: "unknown", code: "permitLost")
    }

    private func verdict(_ change: (inout Histories) -> Void) -> Verdict {
        var histories = JudgeTests.sound()
        change(&histories)
        return Judge.verdict(on: histories)
    }

    @Test func whatIsSoundPasses() {
        let verdict = verdict { _ in }
        #expect(verdict.verdict == .passed && verdict.problems.isEmpty)
        #expect(verdict.accepted == 1 && verdict.lost == 0 && verdict.duplicated == 0 && verdict.unexpected == 0)
    }

    @Test func acknowledgedWithoutADocumentIsLost() {
        let verdict = verdict {
            $0.final.documents = []
            $0.accepts = []
        }
        #expect(verdict.lost == 1 && verdict.verdict == .failed)
    }

    @Test func acknowledgedAndNeverTakenIsLostWhateverTheDocumentSays() {
        #expect(verdict { $0.accepts = [] }.lost == 1)
    }

    @Test func takenAndNotOnRecordAsSentIsUnrecorded() {
        let verdict = verdict { $0.final.documents[0].statuses = ["email": "failed"] }
        #expect(verdict.unrecorded == 1 && verdict.lost == 0 && verdict.verdict == .failed)
    }

    @Test func openWorkAtTheEndIsAProblem() {
        #expect(verdict { $0.final.openDeliveries = 1 }.verdict == .failed)
    }

    @Test func requestThatWasNeverAnsweredMayHaveBeenTakenOrNot() {
        for documents in [[], [FinalState.Document(id: "b", request: "r2", statuses: ["email": "sent"])]] {
            let verdict = verdict {
                $0.callers.append(HistoryEntry("caller", .invoke, "r2", at: 5000))
                $0.callers.append(HistoryEntry("caller", .info, "r2", at: 6000, status: 503))
                $0.final.documents += documents
                if !documents.isEmpty { $0.accepts.append(JudgeTests.accept("b", at: 7, attempt: 1, fence: 2)) }
            }
            #expect(verdict.verdict == .passed && verdict.accepted == 1, "\(verdict.problems)")
        }
    }

    @Test func requestTakenTwiceIsUnexpected() {
        let verdict = verdict {
            $0.final.documents.append(FinalState.Document(id: "b", request: "r1", statuses: ["email": "sent"]))
            $0.accepts.append(JudgeTests.accept("b", at: 4, attempt: 1, fence: 2))
        }
        #expect(verdict.unexpected == 1 && verdict.verdict == .failed)
    }

    @Test func whatNobodyAskedForIsUnexpected() {
        let verdict = verdict { $0.accepts.append(JudgeTests.accept("z", at: 4, attempt: 1, fence: 2)) }
        #expect(verdict.unexpected == 1 && verdict.verdict == .failed)
    }

    @Test func secondSendIsExplainedByTheFirstOneBeingUnknown() {
        let verdict = verdict {
            $0.accepts.append(JudgeTests.accept("a", at: 9, attempt: 2, fence: 2))
            $0.final.events = [JudgeTests.unknown("a", attempt: 1)]
        }
        #expect(verdict.duplicated == 1 && verdict.unexplained == 0 && verdict.verdict == .passed)
    }

    @Test func secondSendWithoutAnUnknownAttemptIsUnexplained() {
        let verdict = verdict { $0.accepts.append(JudgeTests.accept("a", at: 9, attempt: 2, fence: 2)) }
        #expect(verdict.duplicated == 1 && verdict.unexplained == 1 && verdict.verdict == .failed)
    }

    @Test func anUnknownAttemptExplainsItselfAlone() {
        let verdict = verdict {
            $0.accepts.append(JudgeTests.accept("a", at: 8, attempt: 1, fence: 2))
            $0.accepts.append(JudgeTests.accept("a", at: 9, attempt: 2, fence: 3))
            $0.final.events = [JudgeTests.unknown("a", attempt: 1)]
        }
        #expect(verdict.duplicated == 2 && verdict.unexplained == 1)
    }

    @Test func sendUnderAPermitThatANewerOneReplacedIsUnexplained() {
        let verdict = verdict {
            $0.accepts = [
                JudgeTests.accept("a", at: 3, attempt: 2, fence: 2),
                JudgeTests.accept("a", at: 9, attempt: 1, fence: 1),
            ]
            $0.final.events = [JudgeTests.unknown("a", attempt: 2)]
        }
        #expect(verdict.duplicated == 1 && verdict.unexplained == 1)
    }

    @Test func redisMayExplainNoDuplicate() {
        let verdict = verdict {
            $0.record.expectation.allowsDuplicates = false
            $0.accepts.append(JudgeTests.accept("a", at: 9, attempt: 2, fence: 2))
            $0.final.events = [JudgeTests.unknown("a", attempt: 1)]
        }
        #expect(verdict.unexplained == 0 && verdict.verdict == .failed)
    }

    @Test func deliveryThatRedisForgotWhileItWasBeingSentIsAProblem() {
        func looked(_ event: HistoryEntry.Event) -> Verdict {
            verdict { $0.audits = [HistoryEntry("auditor", event, Auditor.forgotten, at: 1)] }
        }
        #expect(looked(.ok).verdict == .passed)
        #expect(looked(.fail).verdict == .failed && looked(.fail).forgotten == 1)
        #expect(verdict { $0.record.expectation.isAudited = true }.verdict == .vacuous)
    }

    @Test func poisonIsAProblemUnlessThreeWorkersWereLostWithIt() {
        func poisoned(losing workers: Int) -> Verdict {
            verdict {
                $0.accepts = []
                $0.final.documents[0].statuses = ["email": "failed"]
                $0.final.deadLetters = [FinalState.DeadLetter(notification: "a", code: "poison")]
                $0.final.events = (1...workers).map {
                    FinalState.Event(
                        number: Int64($0), notification: "a", attempt: $0, outcome: "unknown", code: "permitLost")
                }
            }
        }
        let early = poisoned(losing: 2)
        #expect(early.poisoned == 1 && early.lost == 0 && early.verdict == .failed)
        #expect(poisoned(losing: 3).verdict == .passed)
    }

    @Test func webhookAnswersAreComparedWithWhatIsOnRecord() {
        func histories(_ outcomes: [String]) -> Histories {
            var histories = JudgeTests.sound(.provider)
            histories.webhooks = [
                HistoryEntry("receiver", .ok, "k", at: 1, ids: ["a"], note: "throttle"),
                HistoryEntry("receiver", .ok, "k", at: 2, ids: ["a"], note: "acceptThenFail"),
                HistoryEntry("receiver", .ok, "k", at: 3, ids: ["a"], note: "accept"),
            ]
            histories.final.events = outcomes.enumerated().map { place, outcome in
                FinalState.Event(
                    number: Int64(place), notification: "a", route: "webhook", attempt: 1, outcome: outcome, code: nil)
            }
            return histories
        }
        #expect(Judge.verdict(on: histories(["throttled", "unknown", "accepted"])).misjudged == 0)
        #expect(Judge.verdict(on: histories(["throttled", "retry", "accepted"])).misjudged == 1)
        #expect(Judge.verdict(on: histories(["throttled", "accepted"])).misjudged == 1)
        var waiting = histories(["throttled", "unknown", "throttled", "accepted"])
        waiting.final.events[2].code = "endpointUnavailable"
        #expect(Judge.verdict(on: waiting).misjudged == 0, "nobody was called")
    }

    @Test func eventThatTheSubscriberNeverSawIsMissed() {
        func seen(_ keys: [String]) -> Verdict {
            verdict {
                $0.record.expectation.faults = [.subscriberCut: 0]
                $0.final.events = [JudgeTests.unknown("a", attempt: 1, number: 7)]
                $0.subscriber = keys.map { HistoryEntry("subscriber", .ok, $0, at: 1) }
            }
        }
        #expect(seen(["7"]).missedEvents == 0 && seen(["7"]).verdict == .passed)
        #expect(seen(["6"]).missedEvents == 1 && seen(["6"]).verdict == .failed)
    }

    @Test func requestThatHadToBeRepeatedIsNotAsAtADeploy() {
        let verdict = verdict {
            $0.record.expectation.requiresCleanAnswers = true
            $0.callers.insert(HistoryEntry("caller", .info, "r1", at: 1500, note: "reset"), at: 1)
        }
        #expect(verdict.repeatedRequests == 1 && verdict.verdict == .failed)
    }

    @Test func messageMayKillThreeWorkersAndNoMore() {
        func killed(_ times: Int) -> Verdict {
            verdict {
                $0.webhooks = (0..<times).map {
                    HistoryEntry("receiver", .ok, "k", at: Int64($0), ids: ["b"], note: "kill")
                }
            }
        }
        #expect(killed(3).verdict == .passed && killed(4).verdict == .failed)
    }

    @Test func moreCallsAtOnceThanTheCapIsAProblemAndNeverAsManyIsVacuous() {
        func called(at times: [Int64]) -> Verdict {
            verdict {
                $0.record.expectation.cap = Cap(calls: 2, milliseconds: 10)
                $0.accepts = times.map { JudgeTests.accept("a", at: $0, attempt: Int($0), fence: $0) }
                $0.final.events = times.dropLast().map { JudgeTests.unknown("a", attempt: Int($0)) }
            }
        }
        #expect(called(at: [1, 5, 11, 15]).verdict == .passed, "one ends as the next begins")
        #expect(called(at: [1, 5, 11, 15]).mostAtOnce == 2)
        #expect(called(at: [1, 5, 10]).problems == ["3 calls at once; the cap is 2"])
        #expect(called(at: [1, 11]).problems == ["never more than 1 calls at once; the cap is 2"])
        #expect(called(at: [1, 11]).verdict == .vacuous)
    }

    @Test func faultThatFailedIsAProblem() {
        let verdict = verdict { $0.faults = [HistoryEntry("chaos", .fail, "workerDeploy", at: 1, note: "exit 1")] }
        #expect(verdict.verdict == .failed && verdict.problems == ["workerDeploy: exit 1"])
    }
}

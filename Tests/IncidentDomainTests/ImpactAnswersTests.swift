import IncidentDomain
import Testing
import TextGate

@Suite struct ImpactAnswersTests {
  @Test(
    arguments: [
      (.core, .all, nil, .sev1), (.core, .many, ImpactAnswers.Stake.none, .sev1),
      (.core, .some, nil, .sev2), (.feature, .all, nil, .sev2), (.feature, .some, nil, .sev3),
      (.degraded, .some, nil, .sev3), (.cosmetic, .all, nil, .sev4),
      (.cosmetic, ImpactAnswers.Affected.none, .losing, .sev1),
      (nil, nil, .threatened, .sev2), (nil, .some, nil, .sev3),
    ] as [(ImpactAnswers.Broken?, ImpactAnswers.Affected?, ImpactAnswers.Stake?, Severity)])
  func answersSuggestASeverityAndSayWhy(
    broken: ImpactAnswers.Broken?, affected: ImpactAnswers.Affected?, stake: ImpactAnswers.Stake?,
    severity: Severity
  ) throws {
    let suggestion = try #require(
      ImpactAnswers(broken: broken, affected: affected, stake: stake).suggestion)
    #expect(suggestion.severity == severity)
    #expect(!suggestion.because.isEmpty)
  }

  @Test func aWorseAnswerNeverSuggestsLess() {
    for broken in ImpactAnswers.Broken.allCases {
      for affected in ImpactAnswers.Affected.allCases {
        let all = ImpactAnswers.Stake.allCases.compactMap {
          ImpactAnswers(broken: broken, affected: affected, stake: $0).suggestion?.severity
        }
        #expect(all == all.sorted(), "\(broken) \(affected): losing is worst")
      }
    }
    #expect(ImpactAnswers().suggestion == nil)
  }
}

import CAMNet

/// The classes' names, read before the walk.
struct ClassNamesStep: WalkthroughStep {
  let name = "class_names"
  let section = Section.setup

  func plan(_ planning: Planning) -> StepPlan {
    let names = planning.model.classNames
    return StepPlan(
      code: "print(class_names[0:5])",
      fields: [
        "count": Formatted.count(names.count), "one": names.count == 1, "more": names.count > 5,
        "names": names.prefix(5).map { "‘\($0.beginning)’" }.joined(separator: ", "),
        "numbered": planning.model.numbersClasses, "assumed": planning.model.assumesClasses,
      ])
  }

  func run(_ walk: Walk) -> StepOutcome { StepOutcome(took: walk.model.naming) }

  func program(_ cell: inout PythonCell, _ step: Step, _ report: Report) {
    cell.line("class_names = json.load(open(classes_path, encoding=\"utf-8\"))")
    cell.line(step.code)
    cell.printed(PythonLiteral.list(Array(report.model.classNames.prefix(5))))
  }
}

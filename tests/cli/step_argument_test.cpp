// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cli/step_argument.h"

#include <QtTest>

#include "core/cli/console.h"
#include "core/run/plugin_loader.h"
#include "tests/support/thrown.h"

using namespace kelter;
using kelter::test::mentions;
using kelter::test::thrown;

class StepArgumentTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void an_id_may_stand_alone() {
    const StepArgument argument = parse_step_argument("quant.rtn", "--step");
    QCOMPARE(argument.id, std::string("quant.rtn"));
    QVERIFY(argument.values.empty());
  }

  void values_are_split_at_signs_that_are_not_escaped_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("id");
    QTest::addColumn<QStringList>("values");   // name, value, name, value
    QTest::newRow("two") << "quant.rtn:bits=4,group=64" << "quant.rtn" << QStringList{"bits", "4", "group", "64"};
    QTest::newRow("the first colon ends the id") << "a:path=c:d" << "a" << QStringList{"path", "c:d"};
    QTest::newRow("the first equals sign ends the name") << "a:x=1=2" << "a" << QStringList{"x", "1=2"};
    QTest::newRow("an escaped comma") << "a:path=one\\,two,n=1" << "a" << QStringList{"path", "one,two", "n", "1"};
    QTest::newRow("an escaped backslash") << "a:path=c\\\\" << "a" << QStringList{"path", "c\\"};
    QTest::newRow("an escaped backslash before a comma") << "a:p=c\\\\,n=1" << "a" << QStringList{"p", "c\\", "n", "1"};
    QTest::newRow("another backslash") << "a:p=\\d+\\" << "a" << QStringList{"p", "\\d+\\"};
    QTest::newRow("an empty value") << "a:p=" << "a" << QStringList{"p", ""};
    QTest::newRow("order is kept") << "a:z=1,b=2,a=3" << "a" << QStringList{"z", "1", "b", "2", "a", "3"};
  }
  void values_are_split_at_signs_that_are_not_escaped() {
    QFETCH(QString, text);
    QFETCH(QString, id);
    QFETCH(QStringList, values);
    const StepArgument argument = parse_step_argument(text.toStdString(), "--step");
    QCOMPARE(QString::fromStdString(argument.id), id);
    QStringList found;
    for (const auto& [name, value] : argument.values) found << QString::fromStdString(name) << QString::fromStdString(value);
    QCOMPARE(found, values);
  }

  void what_cannot_be_read_is_refused_with_the_option_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("why");
    QTest::newRow("nothing") << "" << "names nothing";
    QTest::newRow("no id") << ":bits=4" << "names nothing";
    QTest::newRow("colon without values") << "quant.rtn:" << "is not name=value";
    QTest::newRow("no equals sign") << "quant.rtn:bits" << "\"bits\" is not name=value";
    QTest::newRow("no name") << "quant.rtn:=4" << "is not name=value";
    QTest::newRow("comma at the end") << "quant.rtn:bits=4," << "\"\" is not name=value";
    QTest::newRow("twice") << "quant.rtn:bits=4,bits=3" << "\"bits\" is given twice";
  }
  void what_cannot_be_read_is_refused_with_the_option() {
    QFETCH(QString, text);
    QFETCH(QString, why);
    const auto error = thrown([&] { parse_step_argument(text.toStdString(), "--step"); });
    QVERIFY(error && error->code == ErrorCode::command_line);
    QVERIFY2(mentions(error, why.toStdString()) && mentions(error, "--step"), error->text().c_str());
  }

  void parameters_get_the_types_of_the_schema_and_stay_as_few_as_given() {
    const StepCatalogue catalogue = load_catalogue();
    const Json parameters = parameters_from({{"bits", "3"}, {"symmetric", "true"}, {"group", "0"}}, catalogue.get("quant.rtn"), "--step");
    QCOMPARE(parameters.dump(), std::string(R"({"bits":3,"symmetric":true,"group":0})"));
  }

  void wrong_parameters_are_usage_errors_with_the_schemas_reason_data() {
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("value");
    QTest::addColumn<QString>("mention");
    QTest::newRow("unknown") << "bit" << "4" << "bits";
    QTest::newRow("not allowed") << "bits" << "7" << "7";
    QTest::newRow("not a number") << "group" << "many" << "group";
  }
  void wrong_parameters_are_usage_errors_with_the_schemas_reason() {
    QFETCH(QString, name);
    QFETCH(QString, value);
    QFETCH(QString, mention);
    const StepCatalogue catalogue = load_catalogue();
    bool usage = false;
    try {
      parameters_from({{name.toStdString(), value.toStdString()}}, catalogue.get("quant.rtn"), "--step");
    } catch (const UsageError& error) {
      usage = true;
      QVERIFY2(mentions(error.info(), mention.toStdString()) && mentions(error.info(), "quant.rtn"), error.what());
    }
    QVERIFY(usage);
  }
};

QTEST_GUILESS_MAIN(StepArgumentTest)
#include "step_argument_test.moc"

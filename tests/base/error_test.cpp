// SPDX-License-Identifier: GPL-3.0-or-later
#include <QtTest>

#include <set>
#include <string>

#include "core/base/error.h"

using namespace kelter;

class ErrorTest : public QObject {
  Q_OBJECT
 private Q_SLOTS:
  void text_names_what_where_why_and_remedy() {
    const Error error(ErrorCode::file_malformed, "The file is truncated", "a.gguf, tensor t", "it ends early",
                      "Try again.");
    QCOMPARE(error.what(), "The file is truncated (a.gguf, tensor t): it ends early. Try again.");
  }

  void empty_parts_are_left_out_of_the_text() {
    QCOMPARE(Error(ErrorCode::internal, "It broke").what(), "It broke.");
    QCOMPARE(Error(ErrorCode::internal, "It broke", "", "of old age").what(), "It broke: of old age.");
    QCOMPARE(Error(ErrorCode::internal, "It broke", "here", "", "Mend it.").what(), "It broke (here). Mend it.");
    QCOMPARE(Error(ErrorCode::internal, "").what(), "");
  }

  void at_puts_the_outer_place_in_front() {
    const Error inner(ErrorCode::not_finite, "The weights are not finite", "layer 3", "NaN");
    const Error outer = inner.at("step rtn");
    QCOMPARE(outer.info().where, std::string("step rtn, layer 3"));
    QCOMPARE(outer.info().code, ErrorCode::not_finite);
    QCOMPARE(outer.what(), "The weights are not finite (step rtn, layer 3): NaN.");
    QCOMPARE(inner.info().where, std::string("layer 3"));
    QCOMPARE(Error(ErrorCode::internal, "It broke").at("step rtn").info().where, std::string("step rtn"));
  }

  void json_holds_the_five_parts_in_order() {
    const Error error(ErrorCode::disk_full, "a", "b", "c", "d");
    QCOMPARE(error.info().to_json().dump(),
             std::string(R"({"code":"disk_full","what":"a","where":"b","why":"c","try":"d"})"));
  }

  void every_code_has_a_name_of_its_own() {
    std::set<std::string> names;
    const int last = static_cast<int>(ErrorCode::internal);
    for (int code = 0; code <= last; ++code) names.insert(to_string(static_cast<ErrorCode>(code)));
    QCOMPARE(static_cast<int>(names.size()), last + 1);
  }
};

QTEST_GUILESS_MAIN(ErrorTest)
#include "error_test.moc"

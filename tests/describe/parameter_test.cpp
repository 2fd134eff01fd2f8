// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/describe/parameter.h"

#include <QtTest>

#include "core/describe/rules.h"
#include "expect_error.h"

using namespace kelter;
using namespace kelter::test;

namespace {

ParameterSchema schema(const char* json) { return ParameterSchema::from_json(Json::parse(json), "test"); }

ParameterSchema sparsity() {
  return schema(
      R"({"id": "sparsity", "type": "number", "label": "Sparsity", "unit": "share", "help": "h", "default": 0.5,
                    "minimum": 0, "maximum": 1, "maximum_exclusive": true})");
}

ParameterSchema bits() {
  return schema(R"({"id": "bits", "type": "integer", "label": "Bits", "unit": "bits", "help": "h", "default": 4,
                    "choices": [2, 3, 4, 8]})");
}

ParameterSchema free_bits() {
  return schema(R"({"id": "bits", "type": "integer", "label": "Bits", "unit": "bits", "help": "h", "default": 4,
                    "per_layer": true})");
}

ParameterSchema conditional() {
  return schema(R"({"id": "sparsity", "type": "number", "label": "S", "unit": "share", "help": "h", "default": 0.5,
                    "per_layer": {"scope": ["matrix", "row"]}})");
}

Parameters depth() {
  return {
      schema(R"({"id": "criterion", "type": "choice", "label": "C", "unit": "none", "help": "h", "default": "influence",
                     "choices": ["influence", "list"]})"),
      schema(
          R"({"id": "count", "type": "integer", "label": "N", "unit": "layers", "help": "h", "default": 1, "minimum": 1,
                     "visible": {"criterion": ["influence"]}})"),
      schema(R"({"id": "layers", "type": "layers", "label": "L", "unit": "none", "help": "which layers",
                     "visible": {"criterion": ["list"]}})")};
}

std::vector<std::int64_t> layers(const char* text, std::int64_t count = 30) {
  return parse_layers(text, count, "test");
}

bool refused(const ParameterSchema& schema, const Json& value, bool from_text = false) {
  const ErrorInfo info = error_of([&] { check_parameter(schema, value, "node \"a\"", from_text); });
  return info.code == ErrorCode::invalid_parameter && is_complete(info) && mentions(info.what, schema.id) &&
         info.where == "node \"a\"";
}

}  // namespace

class ParameterTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void numbers_are_held_to_their_range() {
    QCOMPARE(check_parameter(sparsity(), 0, "t"), Json(0.0));
    QVERIFY(check_parameter(sparsity(), 0, "t").is_number_float());
    QCOMPARE(check_parameter(sparsity(), 0.999, "t"), Json(0.999));
    for (const Json& value : {Json(1), Json(1.0), Json(-0.001), Json("0.5"), Json(true), Json(), Json::array()}) {
      QVERIFY2(refused(sparsity(), value), value.dump().c_str());
    }
  }

  void numbers_are_read_from_text_in_the_c_locale() {
    QCOMPARE(check_parameter(sparsity(), "0.25", "t", true), Json(0.25));
    QCOMPARE(check_parameter(sparsity(), "2.5e-1", "t", true), Json(0.25));
    for (const char* text : {"0,25", "", " 0.25", "0.25x", "nan", "inf", "0x1p-2", "+0.5"}) {
      QVERIFY2(refused(sparsity(), text, true), text);
    }
  }

  void minus_zero_is_zero() { QCOMPARE(check_parameter(sparsity(), -0.0, "t").dump(), std::string("0.0")); }

  void integers_take_whole_numbers_of_the_allowed_values_only() {
    QCOMPARE(check_parameter(bits(), 4.0, "t"), Json(4));
    QVERIFY(check_parameter(bits(), 4.0, "t").is_number_integer());
    QCOMPARE(check_parameter(bits(), "8", "t", true), Json(8));
    for (const Json& value : {Json(7), Json(4.5), Json("4"), Json(1e300), Json(18446744073709551615ull)}) {
      QVERIFY2(refused(bits(), value), value.dump().c_str());
    }
    QVERIFY(refused(bits(), "99999999999999999999", true));
  }

  void a_refusal_says_what_is_allowed() {
    const ErrorInfo info = error_of([] { check_parameter(bits(), 7, "node \"rtn\""); });
    QVERIFY(mentions(info.what, "7"));
    QVERIFY(mentions(info.why, "2, 3, 4, 8"));
    const ErrorInfo range = error_of([] { check_parameter(sparsity(), 1, "node \"m\""); });
    QVERIFY(mentions(range.why, "at least 0 and less than 1"));
  }

  void a_mistyped_choice_is_answered_with_the_nearest() {
    const ErrorInfo info = error_of([] { check_parameter(depth()[0], "influense", "t"); });
    QVERIFY(mentions(info.remedy, "influence"));
  }

  void booleans_are_true_or_false() {
    const ParameterSchema flag =
        schema(R"({"id": "f", "type": "boolean", "label": "F", "unit": "none", "help": "h", "default": false})");
    QCOMPARE(check_parameter(flag, true, "t"), Json(true));
    QCOMPARE(check_parameter(flag, "true", "t", true), Json(true));
    QVERIFY(refused(flag, "true"));
    QVERIFY(refused(flag, "yes", true));
    QVERIFY(refused(flag, 1));
  }

  void names_are_joined_and_listed_once() {
    const ParameterSchema names =
        schema(R"({"id": "names", "type": "names", "label": "N", "unit": "none", "help": "h"})");
    QCOMPARE(check_parameter(names, "arc_easy+piqa", "t"), Json("arc_easy+piqa"));
    QCOMPARE(check_parameter(names, Json::array({"arc_easy", "piqa"}), "t"), Json("arc_easy+piqa"));
    for (const Json& value : {Json("a++b"), Json("+a"), Json("a+"), Json("a+a"), Json::array({"a+b"}), Json(3)}) {
      QVERIFY2(refused(names, value), value.dump().c_str());
    }
  }

  void text_must_be_utf8_without_zero_bytes() {
    const ParameterSchema path = schema(R"({"id": "p", "type": "path", "label": "P", "unit": "none", "help": "h"})");
    QCOMPARE(check_parameter(path, "\xc3\xa9.txt", "t"), Json("\xc3\xa9.txt"));
    QVERIFY(refused(path, "\xe9.txt"));
    QVERIFY(refused(path, std::string("a\0b", 3)));
  }

  void layers_are_ranges_with_exclusive_end() {
    QCOMPARE(layers("4:18").size(), std::size_t{14});
    QCOMPARE(layers("4:18").front(), 4);
    QCOMPARE(layers("4:18").back(), 17);
    QCOMPARE(layers("0:2+5"), (std::vector<std::int64_t>{0, 1, 5}));
    QCOMPARE(layers("7+3+3:5"), (std::vector<std::int64_t>{3, 4, 7}));
    QCOMPARE(layers("").size(), std::size_t{30});
    QCOMPARE(layers("29"), (std::vector<std::int64_t>{29}));
    QVERIFY(layers("", 0).empty());
  }

  void wrong_layers_are_refused() {
    for (const char* text : {"30", "0:31", "5:5", "6:4", "-1", "a", "1+", "+", "1:2:3", ":", "1:", "1.0", " 1",
                             "99999999999999999999", "0:9223372036854775807", "9223372036854775807"}) {
      const ErrorInfo info = error_of([&] { layers(text); });
      QVERIFY2(info.code == ErrorCode::invalid_parameter && is_complete(info), text);
    }
    const ParameterSchema chosen =
        schema(R"({"id": "layers", "type": "layers", "label": "L", "unit": "none", "help": "h", "default": ""})");
    QVERIFY(refused(chosen, "9:3"));
    QCOMPARE(check_parameter(chosen, "0:1000", "t"), Json("0:1000"));  // the model's size is not known here
  }

  void defaults_are_filled_in_schema_order() {
    const Json resolved = resolve_parameters({sparsity(), bits()}, {{"bits", 3}}, "t");
    QCOMPARE(resolved.dump(), std::string(R"({"sparsity":0.5,"bits":3})"));
    QCOMPARE(resolve_parameters({bits()}, {{"bits", nullptr}}, "t").dump(), std::string(R"({"bits":4})"));
  }

  void an_unknown_parameter_is_answered_with_the_nearest() {
    const ErrorInfo info = error_of([] { resolve_parameters({sparsity()}, {{"sparcity", 0.5}}, "node \"a\""); });
    QCOMPARE(info.code, ErrorCode::invalid_parameter);
    QVERIFY(is_complete(info) && mentions(info.what, "sparcity") && mentions(info.remedy, "\"sparsity\""));
  }

  void a_missing_required_parameter_is_an_error_only_while_it_is_visible() {
    QCOMPARE(resolve_parameters(depth(), Json::object(), "t").dump(),
             std::string(R"({"criterion":"influence","count":1,"layers":null})"));
    for (const Json& given : {Json{{"criterion", "list"}}, Json{{"criterion", "list"}, {"layers", ""}}}) {
      const ErrorInfo info = error_of([&] { resolve_parameters(depth(), given, "node \"d\""); });
      QVERIFY(is_complete(info) && mentions(info.what, "layers") && mentions(info.what, "missing"));
    }
  }

  void a_hidden_value_has_no_effect_in_a_document_and_is_refused_from_a_person() {
    const Json given = {{"criterion", "list"}, {"layers", "3"}, {"count", 7}};
    QCOMPARE(resolve_parameters(depth(), given, "t")["count"], Json(1));
    const ErrorInfo info = error_of([&] { resolve_parameters(depth(), given, "t", true); });
    QVERIFY(mentions(info.what, "count") && mentions(info.why, "criterion"));
  }

  void layers_may_differ_always_or_under_a_condition_or_not_at_all() {
    QVERIFY(!may_differ_by_layer(bits(), Json::object()));
    QVERIFY(may_differ_by_layer(free_bits(), Json::object()));
    QVERIFY(may_differ_by_layer(conditional(), {{"scope", "row"}}));
    QVERIFY(!may_differ_by_layer(conditional(), {{"scope", "model"}}));
    QVERIFY(!may_differ_by_layer(conditional(), Json::object()));
    QVERIFY(!free_bits().to_json()["per_layer"].is_null() && !bits().to_json().contains("per_layer"));
    const char* head = R"({"id": "a", "label": "A", "unit": "none", "help": "h", "default": "", )";
    for (const char* tail : {R"("type": "text", "per_layer": 1})", R"("type": "text", "per_layer": {"scope": []}})",
                             R"("type": "text", "per_layer": {"a": [1], "b": [2]}})",
                             R"("type": "path", "per_layer": true})", R"("type": "layers", "per_layer": true})"}) {
      const ErrorInfo info = error_of([&] { schema((std::string(head) + tail).c_str()); });
      QVERIFY2(mentions(info.what, "per_layer"), tail);
    }
  }

  void ranges_of_layers_are_read_without_a_model() {
    QCOMPARE(parse_layer_ranges("4:18+3", "t"), (std::vector<LayerRange>{{4, 18}, {3, 4}}));
    QVERIFY(parse_layer_ranges("", "t").empty());
    QVERIFY(is_complete(error_of([] { parse_layer_ranges("4:4", "node \"a\""); })));
  }

  void a_schema_survives_its_json_form() {
    for (const ParameterSchema& before : {sparsity(), bits(), depth()[1], depth()[2], free_bits(), conditional()}) {
      const Json json = before.to_json();
      QCOMPARE(ParameterSchema::from_json(json, "t").to_json().dump(), json.dump());
    }
  }

  void a_schema_that_contradicts_itself_is_refused() {
    for (const char* json :
         {R"({"id": "a", "type": "number", "label": "A", "unit": "none", "help": "h", "default": 2, "maximum": 1})",
          R"({"id": "a", "type": "choice", "label": "A", "unit": "none", "help": "h"})",
          R"({"id": "a", "type": "colour", "label": "A", "unit": "none", "help": "h"})",
          R"({"id": "a", "type": "number", "label": "A", "unit": "none", "help": "h", "minimun": 1})",
          R"({"id": "a", "type": "number", "label": "A", "unit": "none"})", R"([])"}) {
      QVERIFY_THROWS_EXCEPTION(Error, schema(json));
    }
  }

  void patterns_name_what_is_kept() {
    QCOMPARE(parse_pattern("2:4", "t"), (KeepPattern{2, 4}));
    QCOMPARE(parse_pattern("1:4", "t")->sparsity(), 0.75);
    QVERIFY(!parse_pattern("unstructured", "t"));
    for (const char* text :
         {"4:4", "0:4", "5:4", "2:", ":4", "2", "", "2:4:8", "-1:4", "2.0:4", "1:2000", "Unstructured"}) {
      QVERIFY2(is_complete(error_of([&] { parse_pattern(text, "node"); })), text);
    }
  }
};

QTEST_GUILESS_MAIN(ParameterTest)
#include "parameter_test.moc"

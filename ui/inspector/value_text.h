// SPDX-License-Identifier: GPL-3.0-or-later
// Parameter values as a person reads and writes them: numbers in the form of the locale, switches as words, sweeps as
// lists, layers in words. What a document holds is JSON as everywhere; check_parameter() decides what is allowed. Pure.
#pragma once

#include <QString>

#include "core/describe/parameter.h"

namespace kelter::ui {

// A number without group separators: "0,5" in German.
QString number_text(double value);

// The value of a parameter as it stands in its field; JSON for a value of another type. null: empty.
QString value_text(const ParameterSchema& schema, const Json& value);

// What a person wrote, as the canonical value; null for an empty text where that means "none given". Numbers may be
// written as the locale does or with a point. Error(invalid_parameter).
Json value_from_text(const ParameterSchema& schema, const QString& text);

// {"sweep": [...]} and its values; an empty list for anything else.
bool is_sweep(const Json& value);
std::vector<Json> sweep_values(const Json& value);

// "3 4 8", or "a b; c" where a value holds a space.
QString sweep_text(const ParameterSchema& schema, const std::vector<Json>& values);
// Values separated by spaces or semicolons, as {"sweep": [...]}; texts and paths, which may hold spaces, by semicolons
// alone, if there are any.
// Error(invalid_parameter) for none, for one that is not allowed and for one that is there twice.
Json sweep_from_text(const ParameterSchema& schema, const QString& text);

// A message of the engine as a sentence: capital letter, full stop.
QString sentence(const std::string& text);
// Why what was written was refused, for the place below its field.
QString reason(const ParameterSchema& schema, const QString& text, const ErrorInfo& error);

// "0 to less than 1", "at least 2"; empty if any value will do.
QString range_text(const ParameterSchema& schema);

// "4 … 17 (14 layers)", "all layers" for an empty text; empty for a text that names no layers.
QString layers_in_words(const QString& text);

// Unit as shown beside a field; empty where there is none.
QString unit_text(const ParameterSchema& schema);

}  // namespace kelter::ui

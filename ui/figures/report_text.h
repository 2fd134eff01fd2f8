// SPDX-License-Identifier: GPL-3.0-or-later
// The English phrases of core/report (figures, table headers, reasons) in the language of the window, and its
// numbers with the decimal sign of a locale. Window thread.
#pragma once

#include <QLocale>
#include <QString>
#include <QStringList>
#include <string>

#include "core/report/figure_labels.h"
#include "ui/models/workbench.h"

namespace kelter::ui {

// A phrase, a title ("Change of Accuracy arc_easy (acc)"), or text that is no phrase and stays as it is.
QString report_text(const std::string& english);

// The title of a column in one line or two, what qualifies it in the second: "Decode", "tokens/s"; "Accuracy",
// "questions, acc"; "Perplexity", "[window=512]".
QStringList report_head(const std::string& english);

// "98.4 MB" -> "98,4 MB": the point between digits becomes the decimal sign. Core writes numbers as files have them.
QString with_decimal_sign(const QString& text, const QLocale& locale);

// How figures and labels of this window are made: its catalogue, its document, its language.
ReportContext report_context(const Workbench& bench);

// What counts of a protocol, short enough for a header line: "gptq, window 1024", "256 + 64 tokens".
QString protocol_summary(const std::string& metric, const Json& protocol);

}  // namespace kelter::ui

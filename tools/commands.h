// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <CLI/App.hpp>

/// Subcommands of the program `siamtrack`, one file each. Every function adds one subcommand to
/// `context.app`; its callback does the work and throws siamtrack::Error on failure. An exit status
/// other than 0 goes into `context.status`.
namespace siamtrack::tools {

struct Context {
  CLI::App& app;
  int& status;
};

/// `siamtrack average`: the mean of several models.
void add_average(const Context& context);

/// `siamtrack bench`: times every stage of a frame.
void add_bench(const Context& context);

/// `siamtrack eval`: runs trackers over annotated sequences and reports.
void add_eval(const Context& context);

/// `siamtrack inspect`: describes a model file, or all backbones.
void add_inspect(const Context& context);

/// `siamtrack track`: follows one object through a video.
void add_track(const Context& context);

/// `siamtrack trax`: a tracker for the VOT toolkits.
void add_trax(const Context& context);

/// `siamtrack calibrate`: makes a model's confidence mean a chance.
void add_calibrate(const Context& context);

/// `siamtrack tune`: searches a model's test-time hyper-parameters.
void add_tune(const Context& context);

/// `siamtrack prepare`: packs data sets into a cache for training.
void add_prepare(const Context& context);

/// `siamtrack train`: trains a model by a recipe.
void add_train(const Context& context);

}  // namespace siamtrack::tools

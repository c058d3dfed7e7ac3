# SPDX-License-Identifier: LGPL-2.1-or-later
"""Published test-time hyper-parameters of each configuration and data set."""


def rpn(penalty_k, window_influence, learning_rate, instance_size=None, **more):
    values = {"penalty_k": penalty_k, "window_influence": window_influence,
              "learning_rate": learning_rate}
    if instance_size is not None:
        values["instance_size"] = instance_size
    return {**values, **more}


def fc(scale_step, scale_lr, scale_penalty, window_influence, instance_size):
    return {"scale_step": scale_step, "scale_lr": scale_lr, "scale_penalty": scale_penalty,
            "window_influence": window_influence, "instance_size": instance_size}


# HonglinChu/NanoTrack, config.py of each version.
NANOTRACK = {1: rpn(.148, .462, .390), 2: rpn(.150, .490, .385), 3: rpn(.138, .455, .348)}

# DaSiamRPN code/run_SiamRPN.py.
SIAMRPN = {
    "vot2018": rpn(.055, .42, .295, 271, small_instance_size=287),
    "vot": rpn(.04, .44, .45, 271),
    "otb": rpn(.22, .40, .30, 271),
}

# researchmm/SiamDW experiments/test/*.
SIAMRPN_PLUS = {
    "otb2013": rpn(.2560, .0740, .4390, 255),
    "otb2015": rpn(.8410, .3900, .7140, 255),
    "vot2015": rpn(.8950, .3700, .6540, 255),
    "vot2016": rpn(.7110, .3550, .7010, 255),
    "vot2017": rpn(.038, .347, .388, 271, small_instance_size=287),
}
SIAMFC_PLUS = {
    "res22": {"otb2013": fc(1.0482, .3629, .9997, .3896, 255),
              "otb2015": fc(1.1897, .2226, .9370, .2897, 255),
              "vot2015": fc(1.1190, .4373, .9811, .2569, 255),
              "vot2016": fc(1.1535, .4596, .9259, .3309, 255),
              "vot2017": fc(1.1466, .2061, .9994, .3242, 255)},
    "incep22": {"otb2013": fc(1.1767, .2702, .9370, .2376, 263),
                "otb2015": fc(1.1832, .3035, .9453, .2496, 263),
                "vot2015": fc(1.1755, .3407, .9807, .3254, 255),
                "vot2016": fc(1.1859, .5921, .9359, .2616, 255),
                "vot2017": fc(1.1679, .6782, .9285, .2566, 255)},
    "next22": {"otb2013": fc(1.0921, .4428, .9617, .2913, 263),
               "otb2015": fc(1.1390, .1775, .9593, .2094, 263),
               "vot2015": fc(1.1849, .3373, .9417, .2518, 263),
               "vot2016": fc(1.1561, .1615, .9593, .2548, 263),
               "vot2017": fc(1.1531, .5706, .9489, .2581, 255)},
}

# STVIR/pysot experiments/*/config.yaml.
SIAMRPN_PP = {
    "alex": {"alex_dwxcorr": rpn(.16, .40, .30, 287)},
    "r50": {"r50_l234_dwxcorr": rpn(.05, .42, .38, 255),
            "r50_l234_dwxcorr_otb": rpn(.24, .50, .25, 255),
            "r50_l234_dwxcorr_16gpu": rpn(.01, .40, .38, 255),
            "r50_l234_dwxcorr_8gpu": rpn(.04, .44, .33, 255)},
    "r50_lt": {"r50_l234_dwxcorr_lt": rpn(.05, .28, .22, 255, lost_instance_size=831,
                                          lost_window_influence=.001)},
    "mobilev2": {"mobilev2_l234_dwxcorr": rpn(.04, .4, .5, 255)},
}

# foolwood/SiamMask experiments/*/config_*.json.
SIAMMASK = {"vot2018": rpn(.10, .41, .32, 255, mask_threshold=.15),
            "vot2016": rpn(.04, .42, .25, 255, mask_threshold=.30),
            "davis": rpn(.04, .40, 1.0, 255, mask_threshold=.35),
            "siammask-e": rpn(.0997, .4099, .32, 255, mask_threshold=.1465, edge_share=.2583)}

# Not published; SiamMask's of VOT2016.
SIAMMASK_PP = {"siammask-vot2016": SIAMMASK["vot2016"]}

# SiamMargin's VOT2019-RT tracker.
SIAMMARGIN = {"vot2019": rpn(.04, .38, .28, 255, small_instance_size=351)}

# siamfc-pytorch and bertinetto/siamese-fc.
SIAMFC = {"siamfc-3s": {"scales": 3, "scale_step": 1.0375, "scale_penalty": .9745, "scale_lr": .59,
                        "window_influence": .176},
          "siamfc-5s": {"scales": 5, "scale_step": 1.0255, "scale_penalty": .962, "scale_lr": .34,
                        "window_influence": .168}}
# AlexNetV2 has half the stride: a response of 33 cells, its middle at (33 * 8 - 1) / 2.
SIAMFC_FINE = {"response_up": 8, "peak_origin": 131.5}

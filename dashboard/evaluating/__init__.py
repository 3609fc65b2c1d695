"""Details of the Evaluation page that read files of their own: training, recall by rank, ROC and calibration."""

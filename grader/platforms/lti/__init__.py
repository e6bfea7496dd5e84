"""Any LMS with LTI 1.3: scores posted to a column of its gradebook."""
